import type { Workspace } from '../../../wasm/workspace.js';
import { halfAt, wordsFor } from './operand-words.js';
import { LANES, vectorsFor } from './vectors.js';

/** A plane of the registers that stay in a systolic mesh. Rows shift in from the north: what moves is where the first row is. */
export class StayPlane {
  /** Bytes from the first words of all elements to their second ones. */
  readonly wordBytes: number;
  readonly rowBytes: number;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #words: Int32Array;
  readonly #halves: Int16Array;
  readonly #start: number;
  /** The row of the memory that the northernmost row is in. */
  #first: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    this.rowBytes = 4 * LANES * vectorsFor(columns);
    this.wordBytes = 2 * rows * this.rowBytes;
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

  /** Address of the northernmost row. */
  get address(): number {
    return this.#start + this.#first * this.rowBytes;
  }

  /** @param values for each column one a lane */
  shiftIn(values: Float64Array): void {
    if (this.#first === 0) this.#moveBack();
    this.#first -= 1;
    for (let at = 0; at < values.length; at += 1) this.#halves[this.#indexOf(0, at)] = values[at]!;
  }

  contents(): number[] {
    const perRow = this.#columns * this.#lanes;
    return Array.from({ length: this.#rows * perRow }, (_, at) => {
      const inRow = at % perRow;
      return this.#halves[this.#indexOf((at - inRow) / perRow, inRow)]!;
    });
  }

  release(): void {
    this.#workspace.heap.free(this.#start);
  }

  #moveBack(): void {
    const used = (this.#rows * this.rowBytes) / 4;
    for (let word = 0; word < this.#words.length; word += this.wordBytes / 4) {
      this.#words.copyWithin(word + used, word, word + used);
    }
    this.#first = this.#rows;
  }

  #indexOf(row: number, inRow: number): number {
    const lane = inRow % this.#lanes;
    const column = (inRow - lane) / this.#lanes;
    return halfAt(((this.#first + row) * this.rowBytes) / 4 + column, this.wordBytes / 4, lane);
  }
}
