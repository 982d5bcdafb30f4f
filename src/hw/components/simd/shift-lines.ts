import type { Workspace } from '../../../wasm/workspace.js';

/** Steps after which the values in the lines are moved back to where they began. */
const STEPS = 256;

/**
 * Shift registers of int16 in memory, which all step together. The newest value of a line is at its head; a step moves no value
 * but the head, a place down. What lies above the head is then what the registers hold, in their order.
 */
export class ShiftLines {
  /** From the head of a line to that of the next. */
  readonly lineLength: number;
  readonly values: Int16Array;
  readonly #workspace: Workspace;
  readonly #start: number;
  readonly #lengths: readonly number[];
  #steps = STEPS;

  /**
   * @param lengths registers of each line
   * @param pad places above the longest line that may be read: there is something, no matter what
   */
  constructor(workspace: Workspace, lengths: readonly number[], pad: number) {
    this.lineLength = unalignedLine(Math.max(...lengths) + 1 + STEPS + pad);
    this.#workspace = workspace;
    this.#lengths = lengths;
    const places = lengths.length * this.lineLength;
    this.#start = workspace.allocate(2 * places);
    this.values = new Int16Array(workspace.memory.buffer, this.#start, places).fill(0);
  }

  /** Index among `values` of the head of the first line: of what enters in this cycle. */
  get head(): number {
    return this.#steps;
  }

  /** Its address. */
  get address(): number {
    return this.#start + 2 * this.#steps;
  }

  /** For how many steps there is room before values are moved back: what enters in them may be written beforehand, below the head. */
  get room(): number {
    return this.#steps + 1;
  }

  /** @param steps at most `room` */
  advance(steps: number): void {
    this.#steps -= steps;
    if (this.#steps >= 0) return;
    for (const [line, length] of this.#lengths.entries()) {
      const start = line * this.lineLength;
      this.values.copyWithin(start + STEPS, start, start + length);
    }
    this.#steps = STEPS - 1;
  }

  release(): void {
    this.#workspace.heap.free(this.#start);
  }
}

/** An odd number of cache lines, so that lines of memory under each other do not fall on the same sets of a cache. */
function unalignedLine(places: number): number {
  return 32 * (2 * Math.ceil((places - 32) / 64) + 1);
}
