import type { Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { operandOf, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { EnteringVector, ProductArray, TakeSum } from './product-array.js';
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
  readonly #take: TakeSum;
  /** What enters, written anew for every vector. Rows, columns and lanes that are not used stay 0. */
  readonly #fromWest: Float64Array;
  readonly #fromNorth: Float64Array;
  /** Entries that were asked for: all columns of a row or vector have the same. */
  readonly #entries: number[] = [];
  /** Vectors that have entered. */
  #entered = 0;

  constructor(operation: StreamOperation, array: ProductArray, datapath: Datapath) {
    const { west, north, rows, northLanes } = operation;
    this.#operation = operation;
    this.#array = array;
    this.#datapath = datapath;
    const machineArray = datapath.accelerator.array;
    this.#left = new Uint32Array(machineArray.columns);
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#mostLanes = mostLanes(machineArray);
    this.#fromWest = new Float64Array(machineArray.rows * this.#mostLanes);
    this.#fromNorth = new Float64Array(north === null ? 0 : machineArray.columns * this.#mostLanes);
    this.#take = (column, row, sum) => this.#accumulate(column, row, sum);
    const streamed = (operand: OperandPort, elements: number): Streamed => {
      const { bytesPerCycle, operandBits } = portOf(operand, operation, datapath.accelerator);
      return { operand, port: new ReadPort(bytesPerCycle), vectorBits: elements * operandBits };
    };
    this.#streamed = [streamed(west, rows), ...(north === null ? [] : [streamed(north, northLanes)])];
  }

  evaluate(): boolean {
    for (const { port } of this.#streamed) port.fetch();
    return this.#array.evaluate(this.#entering(), this.#take);
  }

  #entering(): EnteringVector | null {
    const { vectors, west, north, rows, columns } = this.#operation;
    if (this.#entered === vectors) return null;
    const first = this.#entered;
    const end = first + (north === null ? 1 : this.#vectorsAt(first));
    if (!this.#streamed.every(({ port, vectorBits }) => port.hasBrought(end * vectorBits))) return null;
    this.#entered = end;
    const isFirst = first === 0;
    const isLast = end === vectors;
    if (north === null) {
      this.#spreadTerms(first, rows);
      return { west: this.#fromWest, north: null, isFirst, isLast };
    }
    for (let vector = first; vector < end; vector += 1) {
      this.#spread(west, vector, vector - first, rows, this.#fromWest);
      this.#spread(north, vector, vector - first, columns, this.#fromNorth);
    }
    return { west: this.#fromWest, north: this.#fromNorth, isFirst, isLast };
  }

  /** How many vectors enter together, one a lane. */
  #vectorsAt(first: number): number {
    const leftOver = this.#operation.vectors % this.#lanes;
    return first === 0 && leftOver > 0 ? leftOver : this.#lanes;
  }

  /** The terms of a vector: each row takes one a lane. */
  #spreadTerms(vector: number, terms: number): void {
    const { west } = this.#operation;
    const values = this.#fromWest;
    for (let row = 0, term = 0; term < terms; row += 1) {
      for (let lane = 0; lane < this.#lanes && term < terms; lane += 1, term += 1) {
        values[row * this.#mostLanes + lane] = operandOf(west, this.#datapath.memories, vector, term);
      }
    }
  }

  /** The elements of a vector in one lane of each row or column. */
  #spread(operand: OperandPort, vector: number, lane: number, used: number, values: Float64Array): void {
    for (let place = 0; place < used; place += 1) {
      values[place * this.#mostLanes + lane] = operandOf(operand, this.#datapath.memories, vector, place);
    }
  }

  /** Where an operand stays the sums of a column leave in the order of the vectors, where sums stay each says its row. */
  #accumulate(column: number, row: number, sum: number): void {
    const { columns, rows, plane, entryOf, accumulates } = this.#operation;
    const index = plane === null ? row : this.#left[column]!;
    this.#left[column]! += 1;
    if (column >= columns || (plane === null && row >= rows)) return;
    const entry = (this.#entries[index] ??= entryOf(index));
    this.#datapath.accumulators.accumulate(column, entry, sum, accumulates);
  }
}
