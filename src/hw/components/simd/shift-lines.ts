import type { Workspace } from '../../../wasm/workspace.js';

/** Steps after which the values in the lines are moved back to where they began. */
const STEPS = 256;

/**
 * Shift registers of int32 in memory, which all step together. The newest value of a line is at its head; a step moves no value
 * but the head, a word down. What lies above the head is then what the registers hold, in their order.
 */
export class ShiftLines {
  /** From the head of a line to that of the next. */
  readonly lineWords: number;
  readonly words: Int32Array;
  readonly #workspace: Workspace;
  readonly #start: number;
  readonly #lengths: readonly number[];
  #steps = STEPS;

  /**
   * @param lengths registers of each line
   * @param pad words above the longest line that may be read: there is something, no matter what
   */
  constructor(workspace: Workspace, lengths: readonly number[], pad: number) {
    this.lineWords = unalignedLine(Math.max(...lengths) + 1 + STEPS + pad);
    this.#workspace = workspace;
    this.#lengths = lengths;
    const words = lengths.length * this.lineWords;
    this.#start = workspace.allocate(4 * words);
    this.words = new Int32Array(workspace.memory.buffer, this.#start, words).fill(0);
  }

  /** Index among `words` of the head of the first line: of what enters in this cycle. */
  get head(): number {
    return this.#steps;
  }

  /** Its address. */
  get address(): number {
    return this.#start + 4 * this.#steps;
  }

  tick(): void {
    if (this.#steps === 0) {
      for (const [line, length] of this.#lengths.entries()) {
        const start = line * this.lineWords;
        this.words.copyWithin(start + STEPS, start, start + length);
      }
      this.#steps = STEPS;
    }
    this.#steps -= 1;
  }

  release(): void {
    this.#workspace.heap.free(this.#start);
  }
}

/** An odd number of cache lines, so that lines of memory under each other do not fall on the same sets of a cache. */
function unalignedLine(words: number): number {
  return 16 * (2 * Math.ceil((words - 16) / 32) + 1);
}
