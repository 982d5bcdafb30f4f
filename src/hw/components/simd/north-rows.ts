import type { Workspace } from '../../../wasm/workspace.js';
import type { OperandValues } from '../product-array.js';
import { VECTOR, vectorsFor } from './vectors.js';

/** Steps after which the rows in use are moved back to where they began. */
const STEPS = 256;

/**
 * What enters a mesh from the north. The registers at the south of a row of elements are a row in memory, which stays there while
 * it passes row after row of the mesh; what enters is put into the row that it will be part of when it has passed the skew.
 */
export class NorthRows {
  readonly rowBytes: number;
  /** Bytes from the values of all columns in a lane to those in the next one. */
  readonly laneBytes: number;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #start: number;
  readonly #values: Int16Array;
  /** The row of memory that is at the northernmost row of elements. */
  #first: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    this.rowBytes = 2 * VECTOR * vectorsFor(columns);
    this.laneBytes = (rows + columns + STEPS) * this.rowBytes;
    this.#workspace = workspace;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    const bytes = lanes * this.laneBytes;
    this.#start = workspace.allocate(bytes);
    this.#values = new Int16Array(workspace.memory.buffer, this.#start, bytes / 2).fill(0);
    this.#first = rows;
  }

  /** Address of what meets the northernmost row of elements in this cycle; what meets the next row is before it. */
  get address(): number {
    return this.#start + this.#first * this.rowBytes;
  }

  /** For how many cycles values may enter before `advance`. */
  get room(): number {
    return this.#rows + STEPS - this.#first;
  }

  /** What enters in the cycles from `first` up to `end`, of which this is the first. */
  enter(north: OperandValues, first: number, end: number): void {
    const [values, lanes] = [this.#values, this.#lanes];
    // A column further east passes a register of the skew more.
    const step = this.rowBytes / 2 + 1;
    const length = this.#columns * lanes;
    for (let cycle = first; cycle < end; cycle += 1) {
      for (let lane = 0; lane < lanes; lane += 1) {
        let to = this.#indexOf(cycle - first, 0, lane);
        for (let at = cycle * length + lane; at < (cycle + 1) * length; at += lanes, to += step) {
          values[to] = north[at]!;
        }
      }
    }
  }

  advance(cycles: number): void {
    this.#first += cycles;
    if (this.#first < this.#rows + STEPS) return;
    const rowLength = this.rowBytes / 2;
    for (let lane = 0; lane < this.#values.length; lane += this.laneBytes / 2) {
      const used = lane + (this.#first - this.#rows) * rowLength;
      this.#values.copyWithin(lane, used, used + (this.#rows + this.#columns) * rowLength);
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
      Array.from({ length: this.#lanes }, (_, lane) => this.#values[this.#indexOf(row, column, lane)]!);
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
    return (lane * this.laneBytes + (this.#first + row) * this.rowBytes) / 2 + column;
  }
}
