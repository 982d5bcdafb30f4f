import type { Workspace } from '../../../wasm/workspace.js';
import { halfAt, wordsFor } from './operand-words.js';
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
  readonly #halves: Int16Array;
  readonly #tagLine: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    const words = wordsFor(lanes);
    const lengths = Array.from({ length: words * rows }, (_, line) => (line % rows) + columns);
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    this.#tagLine = lengths.length;
    this.#lines = new ShiftLines(workspace, [...lengths, rows - 1 + columns], LANES);
    const { buffer, byteOffset, length } = this.#lines.words;
    this.#halves = new Int16Array(buffer, byteOffset, 2 * length);
  }

  /** Address of what meets the elements of the northernmost row in this cycle. */
  get address(): number {
    return this.#lines.head;
  }

  /** Bytes from there to the same of the next row. */
  get rowBytes(): number {
    return this.#lines.lineBytes + 4;
  }

  /** Bytes from the first words of all operands to their second ones. */
  get wordBytes(): number {
    return this.#rows * this.#lines.lineBytes;
  }

  /** Bytes from `address` to the tag of the north-western element; that of a neighbour to the east or south is the next word. */
  get tagOffset(): number {
    return this.#tagLine * this.#lines.lineBytes;
  }

  /** @param west a value for each row and lane; null where nothing enters */
  enter(west: Float64Array | null, tag: number): void {
    const lines = this.#lines;
    if (west === null) {
      for (let line = 0; line < this.#tagLine; line += 1) lines.words[lines.indexOf(line)] = 0;
    } else {
      this.#enterValues(west);
    }
    lines.words[lines.indexOf(this.#tagLine)] = tag;
  }

  /** The tag in this cycle at elements that are so many steps from the north-western one. */
  tagAt(distance: number): number {
    return this.#lines.words[this.#lines.indexOf(this.#tagLine) + distance]!;
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
        const values = Array.from({ length: this.#lanes }, (_, lane) => this.#valueOf(row, at + 1, lane));
        (at < row ? west : east).push(...values);
        (at < row ? westTags : eastTags).push(this.tagAt(at + 1));
      }
    }
    return { west, westTags, east, eastTags };
  }

  #enterValues(west: Float64Array): void {
    const lanes = this.#lanes;
    const first = this.#lines.indexOf(0);
    const lineWords = this.#lines.lineBytes / 4;
    for (let row = 0; row < this.#rows; row += 1) {
      for (let lane = 0; lane < lanes; lane += 1) {
        const half = halfAt(first + row * lineWords, this.#rows * lineWords, lane);
        this.#halves[half] = west[row * lanes + lane]!;
      }
    }
  }

  /** What entered a row so many cycles ago. */
  #valueOf(row: number, age: number, lane: number): number {
    return this.#halves[halfAt(this.#lines.indexOf(row) + age, this.wordBytes / 4, lane)]!;
  }
}
