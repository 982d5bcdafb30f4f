import type { Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import { operandOf, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { EnteringVector, ProductArray } from './product-array.js';
import { ReadPort } from './read-port.js';

/** An operand that streams, and the port it comes through. */
interface Streamed {
  readonly operand: OperandPort;
  readonly port: ReadPort;
  readonly vectorBytes: number;
}

/**
 * Vectors through the array: one enters a cycle, as soon as the ports have brought it; what leaves goes to the accumulators, a
 * counter a column saying which vector it belongs to.
 */
export class Stream implements Activity {
  readonly #operation: StreamOperation;
  readonly #array: ProductArray;
  readonly #datapath: Datapath;
  readonly #streamed: readonly Streamed[];
  readonly #left: Uint32Array;
  #entered = 0;

  constructor(operation: StreamOperation, array: ProductArray, datapath: Datapath) {
    const { west, north, rows, northLanes } = operation;
    this.#operation = operation;
    this.#array = array;
    this.#datapath = datapath;
    this.#left = new Uint32Array(datapath.accelerator.array.columns);
    const streamed = (operand: OperandPort, lanes: number): Streamed => {
      const { bytesPerCycle, operandBytes } = portOf(operand, datapath.accelerator);
      return { operand, port: new ReadPort(bytesPerCycle), vectorBytes: lanes * operandBytes };
    };
    this.#streamed = [streamed(west, rows), ...(north === null ? [] : [streamed(north, northLanes)])];
  }

  evaluate(): boolean {
    for (const { port } of this.#streamed) port.fetch();
    return this.#array.evaluate(this.#entering(), (column, row, sum) => this.#take(column, row, sum));
  }

  #entering(): EnteringVector | null {
    const { vectors } = this.#operation;
    const isThere = ({ port, vectorBytes }: Streamed): boolean =>
      port.arrivedBytes >= (this.#entered + 1) * vectorBytes;
    if (this.#entered === vectors || !this.#streamed.every(isThere)) return null;
    const vector = this.#entered;
    this.#entered += 1;
    const { array } = this.#datapath.accelerator;
    const { west, north, rows, columns } = this.#operation;
    return {
      west: this.#lanes(west, vector, rows, new Float64Array(array.rows)),
      north:
        north === null
          ? null
          : this.#lanes(north, vector, columns, new Float64Array(array.columns).fill(Number.NaN)),
      isFirst: vector === 0,
      isLast: this.#entered === vectors,
    };
  }

  #lanes(operand: OperandPort, vector: number, used: number, lanes: Float64Array): Float64Array {
    for (let lane = 0; lane < used; lane += 1) {
      lanes[lane] = operandOf(operand, this.#datapath.memories, vector, lane);
    }
    return lanes;
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
