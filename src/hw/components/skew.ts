import { DelayLine } from './delay-line.js';

/** The triangle of registers at an edge of a mesh: what enters lane i at the edge reaches the mesh i cycles later. */
export class Skew<T> {
  readonly #lines: readonly DelayLine<T>[];

  constructor(lanes: number, empty: T) {
    this.#lines = Array.from({ length: lanes }, (_, lane) => new DelayLine(lane, empty));
  }

  /** What reaches lane `lane` of the mesh in this cycle. */
  evaluate(lane: number, entering: T): T {
    return this.#lines[lane]!.evaluate(entering);
  }

  tick(): void {
    for (const line of this.#lines) line.tick();
  }
}
