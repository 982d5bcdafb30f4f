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

  /** What the registers of each lane hold, the newest first. */
  contents(): T[][] {
    return this.#lines.map((line) => line.contents());
  }

  tick(): void {
    for (const line of this.#lines) line.tick();
  }
}

/** What the triangles of all lanes hold: line after line, the newest first, lanes innermost. */
export function skewContents(lanes: readonly Skew<number>[]): number[] {
  const [first, ...others] = lanes.map((skew) => skew.contents());
  return first!.flatMap((line, index) =>
    line.flatMap((value, age) => [value, ...others.map((lane) => lane[index]![age]!)]),
  );
}
