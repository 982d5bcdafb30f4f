import type { Workspace } from '../../../wasm/workspace.js';
import { halfAt, scatter, wordsFor } from './operand-words.js';
import { LANES, vectorsFor } from './vectors.js';

/** Steps after which the rows in use are moved back to where they began. */
const STEPS = 256;

/**
 * What enters a mesh from the north. The registers at the south of a row of elements are a row in memory, which stays there while
 * it passes row after row of the mesh; what enters is put into the row that it will be part of when it has passed the skew.
 */
export class NorthRows {
  readonly rowBytes: number;
  /** Bytes from the first words of all operands to their second ones. */
  readonly wordBytes: number;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #start: number;
  readonly #words: Int32Array;
  readonly #halves: Int16Array;
  /** The row of memory that is at the northernmost row of elements. */
  #first: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    this.rowBytes = 4 * LANES * vectorsFor(columns);
    this.wordBytes = (rows + columns + STEPS) * this.rowBytes;
    this.#workspace = workspace;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    const bytes = wordsFor(lanes) * this.wordBytes;
    this.#start = workspace.allocate(bytes);
    this.#words = new Int32Array(workspace.memory.buffer, this.#start, bytes / 4).fill(0);
    this.#halves = new Int16Array(workspace.memory.buffer, this.#start, bytes / 2);
    this.#first = rows;
  }

  /** Address of what meets the northernmost row of elements in this cycle; what meets the next row is before it. */
  get address(): number {
    return this.#start + this.#first * this.rowBytes;
  }

  /** @param north a value for each column and lane; null where nothing enters */
  enter(north: Float64Array | null): void {
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      // A column further east passes a register of the skew more.
      const step = 2 * (this.rowBytes / 4 + 1);
      scatter(north, lane, this.#lanes, this.#columns, this.#halves, this.#indexOf(0, 0, lane), step);
    }
  }

  tick(): void {
    this.#first += 1;
    if (this.#first < this.#rows + STEPS) return;
    const rowWords = this.rowBytes / 4;
    for (let word = 0; word < this.#words.length; word += this.wordBytes / 4) {
      const used = word + (this.#first - this.#rows) * rowWords;
      this.#words.copyWithin(word, used, used + (this.#rows + this.#columns) * rowWords);
    }
    this.#first = this.#rows;
  }

  release(): void {
    this.#workspace.heap.free(this.#start);
  }

  /** Between two cycles, as a plain mesh names them. */
  registers(): Readonly<Record<'north' | 'south', readonly number[]>> {
    const [north, south]: [number[], number[]] = [[], []];
    const lanesAt = (row: number, column: number): number[] =>
      Array.from({ length: this.#lanes }, (_, lane) => this.#halves[this.#indexOf(row, column, lane)]!);
    for (let column = 0; column < this.#columns; column += 1) {
      for (let age = 1; age <= column; age += 1) north.push(...lanesAt(column - age, column));
    }
    for (let row = 0; row < this.#rows; row += 1) {
      for (let column = 0; column < this.#columns; column += 1) south.push(...lanesAt(-1 - row, column));
    }
    return { north, south };
  }

  /** @param row counted from that of the northernmost elements, those that are still to come upwards */
  #indexOf(row: number, column: number, lane: number): number {
    return halfAt(((this.#first + row) * this.rowBytes) / 4 + column, this.wordBytes / 4, lane);
  }
}
