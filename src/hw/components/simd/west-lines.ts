import type { Workspace } from '../../../wasm/workspace.js';
import { halfAt, scatter, wordsFor } from './operand-words.js';
import { ShiftLines } from './shift-lines.js';
import { LANES } from './vectors.js';

/**
 * What enters a mesh from the west: of each row the skew and the registers to the east of its elements are one line of shift
 * registers. So are the tags; those of all elements that are as far from the north-western corner are the same, and there once.
 */
export class WestLines {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #lines: ShiftLines;
  readonly words: Int32Array;
  readonly #halves: Int16Array;
  readonly #lineWords: number;
  /** From the first words of all operands to their second ones. */
  readonly #wordStride: number;
  /** From the head of the first line to that of the tags. */
  readonly #tags: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    const lengths = Array.from({ length: wordsFor(lanes) * rows }, (_, line) => (line % rows) + columns);
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    this.#lines = new ShiftLines(workspace, [...lengths, rows - 1 + columns], LANES);
    this.words = this.#lines.words;
    this.#lineWords = this.#lines.lineWords;
    this.#wordStride = rows * this.#lineWords;
    this.#tags = lengths.length * this.#lineWords;
    const { buffer, byteOffset, length } = this.words;
    this.#halves = new Int16Array(buffer, byteOffset, 2 * length);
  }

  /** Address of what meets the elements of the northernmost row in this cycle. */
  get address(): number {
    return this.#lines.address;
  }

  /** Bytes from there to the same of the next row. */
  get rowBytes(): number {
    return 4 * (this.#lineWords + 1);
  }

  /** Bytes from the first words of all operands to their second ones. */
  get wordBytes(): number {
    return 4 * this.#wordStride;
  }

  /** Bytes from `address` to the tag of the north-western element; that of a neighbour to the east or south is the next word. */
  get tagOffset(): number {
    return 4 * this.#tags;
  }

  /** @param west a value for each row and lane; null where nothing enters */
  enter(west: Float64Array | null, tag: number): void {
    const head = this.#lines.head;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      const first = halfAt(head, this.#wordStride, lane);
      scatter(west, lane, this.#lanes, this.#rows, this.#halves, first, 2 * this.#lineWords);
    }
    this.words[head + this.#tags] = tag;
  }

  /** Index among `words` of the tag of the north-western element in this cycle; then come those of elements so many steps from it. */
  get tags(): number {
    return this.#lines.head + this.#tags;
  }

  tick(): void {
    this.#lines.tick();
  }

  release(): void {
    this.#lines.release();
  }

  /** Between two cycles, as a plain mesh names them. */
  registers(): Readonly<Record<'west' | 'westTags' | 'east' | 'eastTags', readonly number[]>> {
    const [west, westTags, east, eastTags]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let row = 0; row < this.#rows; row += 1) {
      for (let at = 0; at < row + this.#columns; at += 1) {
        const word = this.#lines.head + row * this.#lineWords + at + 1;
        const values = Array.from(
          { length: this.#lanes },
          (_, lane) => this.#halves[halfAt(word, this.#wordStride, lane)]!,
        );
        (at < row ? west : east).push(...values);
        (at < row ? westTags : eastTags).push(this.words[this.tags + at + 1]!);
      }
    }
    return { west, westTags, east, eastTags };
  }
}
