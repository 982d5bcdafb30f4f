import type { Workspace } from '../../../wasm/workspace.js';
import { VECTOR, vectorsFor } from './vectors.js';

/** A plane of the registers that stay in a systolic mesh. Rows shift in from the north: what moves is where the first row is. */
export class StayPlane {
  /** Bytes from the values of all elements in a lane to those in the next one. */
  readonly laneBytes: number;
  readonly rowBytes: number;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #values: Int16Array;
  readonly #start: number;
  /** The row of the memory that the northernmost row is in. */
  #first: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    this.rowBytes = 2 * VECTOR * vectorsFor(columns);
    this.laneBytes = 2 * rows * this.rowBytes;
    this.#workspace = workspace;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    const bytes = lanes * this.laneBytes;
    this.#start = workspace.allocate(bytes);
    this.#values = new Int16Array(workspace.memory.buffer, this.#start, bytes / 2).fill(0);
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
    for (let at = 0; at < values.length; at += 1) this.#values[this.#indexOf(0, at)] = values[at]!;
  }

  contents(): number[] {
    const perRow = this.#columns * this.#lanes;
    return Array.from({ length: this.#rows * perRow }, (_, at) => {
      const inRow = at % perRow;
      return this.#values[this.#indexOf((at - inRow) / perRow, inRow)]!;
    });
  }

  release(): void {
    this.#workspace.heap.free(this.#start);
  }

  #moveBack(): void {
    const used = (this.#rows * this.rowBytes) / 2;
    for (let lane = 0; lane < this.#values.length; lane += this.laneBytes / 2) {
      this.#values.copyWithin(lane + used, lane, lane + used);
    }
    this.#first = this.#rows;
  }

  #indexOf(row: number, inRow: number): number {
    const lane = inRow % this.#lanes;
    const column = (inRow - lane) / this.#lanes;
    return (lane * this.laneBytes + (this.#first + row) * this.rowBytes) / 2 + column;
  }
}
