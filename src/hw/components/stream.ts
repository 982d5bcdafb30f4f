import type { Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { operandOf, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { EnteringVector, ProductArray } from './product-array.js';
import { ReadPort } from './read-port.js';

/** An operand that streams, and the port it comes through. */
interface Streamed {
  readonly operand: OperandPort;
  readonly port: ReadPort;
  readonly vectorBits: number;
}

/**
 * Vectors through the array: one enters a cycle, as soon as the ports have brought it; what leaves goes to the accumulators, a
 * counter a column saying which vector it belongs to. With packed lanes a row takes as many terms of the summed dimension. Where
 * sums stay, these are vectors: all lanes take one in a cycle, but in the first, which takes what is left over.
 */
export class Stream implements Activity {
  readonly #operation: StreamOperation;
  readonly #array: ProductArray;
  readonly #datapath: Datapath;
  readonly #streamed: readonly Streamed[];
  readonly #left: Uint32Array;
  readonly #lanes: number;
  readonly #mostLanes: number;
  /** Vectors that have entered. */
  #entered = 0;

  constructor(operation: StreamOperation, array: ProductArray, datapath: Datapath) {
    const { west, north, rows, northLanes } = operation;
    this.#operation = operation;
    this.#array = array;
    this.#datapath = datapath;
    this.#left = new Uint32Array(datapath.accelerator.array.columns);
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#mostLanes = mostLanes(datapath.accelerator.array);
    const streamed = (operand: OperandPort, elements: number): Streamed => {
      const { bytesPerCycle, operandBits } = portOf(operand, operation, datapath.accelerator);
      return { operand, port: new ReadPort(bytesPerCycle), vectorBits: elements * operandBits };
    };
    this.#streamed = [streamed(west, rows), ...(north === null ? [] : [streamed(north, northLanes)])];
  }

  evaluate(): boolean {
    for (const { port } of this.#streamed) port.fetch();
    return this.#array.evaluate(this.#entering(), (column, row, sum) => this.#take(column, row, sum));
  }

  #entering(): EnteringVector | null {
    const { vectors, west, north, rows, columns } = this.#operation;
    if (this.#entered === vectors) return null;
    const first = this.#entered;
    const end = first + (north === null ? 1 : this.#vectorsAt(first));
    if (!this.#streamed.every(({ port, vectorBits }) => port.hasBrought(end * vectorBits))) return null;
    this.#entered = end;
    const { array } = this.#datapath.accelerator;
    const isFirst = first === 0;
    const isLast = end === vectors;
    if (north === null) return { west: this.#terms(west, first, rows), north: null, isFirst, isLast };
    const fromWest = new Float64Array(array.rows * this.#mostLanes);
    const fromNorth = new Float64Array(array.columns * this.#mostLanes);
    for (let vector = first; vector < end; vector += 1) {
      this.#spread(west, vector, vector - first, rows, fromWest);
      this.#spread(north, vector, vector - first, columns, fromNorth);
    }
    return { west: fromWest, north: fromNorth, isFirst, isLast };
  }

  /** How many vectors enter together, one a lane. */
  #vectorsAt(first: number): number {
    const leftOver = this.#operation.vectors % this.#lanes;
    return first === 0 && leftOver > 0 ? leftOver : this.#lanes;
  }

  /** The terms of a vector: each row takes one a lane. */
  #terms(operand: OperandPort, vector: number, terms: number): Float64Array {
    const values = new Float64Array(this.#datapath.accelerator.array.rows * this.#mostLanes);
    for (let term = 0; term < terms; term += 1) {
      const lane = term % this.#lanes;
      const row = (term - lane) / this.#lanes;
      values[row * this.#mostLanes + lane] = operandOf(operand, this.#datapath.memories, vector, term);
    }
    return values;
  }

  /** The elements of a vector in one lane of each row or column. */
  #spread(operand: OperandPort, vector: number, lane: number, used: number, values: Float64Array): void {
    for (let place = 0; place < used; place += 1) {
      values[place * this.#mostLanes + lane] = operandOf(operand, this.#datapath.memories, vector, place);
    }
  }

  /** Where an operand stays the sums of a column leave in the order of the vectors, where sums stay each says its row. */
  #take(column: number, row: number, sum: number): void {
    const { columns, rows, plane, entryOf, accumulates } = this.#operation;
    const index = plane === null ? row : this.#left[column]!;
    this.#left[column]! += 1;
    if (column >= columns || (plane === null && row >= rows)) return;
    this.#datapath.accumulators.accumulate(column, entryOf(index), sum, accumulates);
  }
}
