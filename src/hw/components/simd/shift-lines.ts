import type { Workspace } from '../../../wasm/workspace.js';

/** Steps after which the values in the lines are moved back to where they began. */
const STEPS = 256;

/**
 * Shift registers of int32 in memory, which all step together. The newest value of a line is at its head; a step moves no value
 * but the head, a word down. What lies above the head is then what the registers hold, in their order.
 */
export class ShiftLines {
  /** From the head of a line to that of the next. */
  readonly lineBytes: number;
  readonly words: Int32Array;
  readonly #workspace: Workspace;
  readonly #first: number;
  readonly #lengths: readonly number[];
  #steps = STEPS;

  /**
   * @param lengths registers of each line
   * @param pad words above the longest line that may be read: there is something, no matter what
   */
  constructor(workspace: Workspace, lengths: readonly number[], pad: number) {
    const mostWords = Math.max(...lengths) + 1 + STEPS + pad;
    this.lineBytes = unalignedLine(4 * mostWords);
    this.#workspace = workspace;
    this.#lengths = lengths;
    this.#first = workspace.allocate(lengths.length * this.lineBytes);
    this.words = new Int32Array(workspace.memory.buffer, this.#first, (lengths.length * this.lineBytes) / 4);
    this.words.fill(0);
  }

  /** Address of the head of the first line: of what enters in this cycle. */
  get head(): number {
    return this.#first + 4 * this.#steps;
  }

  /** Index of the head of a line among `words`. */
  indexOf(line: number): number {
    return (line * this.lineBytes) / 4 + this.#steps;
  }

  tick(): void {
    if (this.#steps === 0) {
      for (const [line, length] of this.#lengths.entries()) {
        const start = (line * this.lineBytes) / 4;
        this.words.copyWithin(start + STEPS, start, start + length);
      }
      this.#steps = STEPS;
    }
    this.#steps -= 1;
  }

  release(): void {
    this.#workspace.heap.free(this.#first);
  }
}

/** An odd number of cache lines, so that lines of memory under each other do not fall on the same sets of a cache. */
function unalignedLine(bytes: number): number {
  return 64 * (2 * Math.ceil((bytes - 64) / 128) + 1);
}
