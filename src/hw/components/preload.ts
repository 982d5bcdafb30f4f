import type { Accelerator } from '../accelerator.js';
import type { Activity } from './activity.js';
import { operandOf, portOf } from './operand.js';
import type { MemoryName, PreloadOperation } from './operations.js';
import type { StationaryArray } from './product-array.js';
import { ReadPort } from './read-port.js';
import type { Sram } from './sram.js';

/** A block into the registers: a row a cycle, as soon as the port has brought it. Rows come in the order the array takes them. */
export class Preload implements Activity {
  readonly #operation: PreloadOperation;
  readonly #array: StationaryArray;
  readonly #memories: Readonly<Record<MemoryName, Sram>>;
  readonly #columns: number;
  readonly #port: ReadPort;
  readonly #rowBytes: number;
  readonly #order: readonly (number | null)[];
  #loaded = 0;
  #usedRows = 0;

  constructor(
    operation: PreloadOperation,
    array: StationaryArray,
    memories: Readonly<Record<MemoryName, Sram>>,
    accelerator: Accelerator,
  ) {
    const { bytesPerCycle, operandBytes } = portOf(operation.operand, accelerator);
    this.#operation = operation;
    this.#array = array;
    this.#memories = memories;
    this.#columns = accelerator.array.columns;
    this.#port = new ReadPort(bytesPerCycle);
    this.#rowBytes = operation.columns * operandBytes;
    this.#order = array.loadOrder(operation.rows);
  }

  evaluate(): boolean {
    this.#port.fetch();
    const row = this.#order[this.#loaded]!;
    if (row !== null) {
      if (this.#port.arrivedBytes < (this.#usedRows + 1) * this.#rowBytes) return false;
      this.#usedRows += 1;
    }
    this.#array.load(this.#operation.plane, row, this.#valuesOf(row));
    this.#loaded += 1;
    return this.#loaded === this.#order.length;
  }

  #valuesOf(row: number | null): Float64Array {
    const values = new Float64Array(this.#columns);
    if (row === null) return values;
    const { operand, columns } = this.#operation;
    for (let column = 0; column < columns; column += 1) {
      values[column] = operandOf(operand, this.#memories, row, column);
    }
    return values;
  }
}
