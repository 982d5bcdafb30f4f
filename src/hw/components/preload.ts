import type { Accelerator } from '../accelerator.js';
import type { Activity } from './activity.js';
import { mostLanes } from '../operand-mode.js';
import { operandOf, portOf } from './operand.js';
import type { MemoryName, PreloadOperation } from './operations.js';
import type { StationaryArray } from './product-array.js';
import { ReadPort } from './read-port.js';
import type { Sram } from './sram.js';

/**
 * A block into the registers: a row a cycle, as soon as the port has brought it. Rows come in the order the array takes them. A
 * row has a term of the summed dimension in each lane; the last one, which comes first, may have fewer.
 */
export class Preload implements Activity {
  readonly #operation: PreloadOperation;
  readonly #array: StationaryArray;
  readonly #memories: Readonly<Record<MemoryName, Sram>>;
  readonly #columns: number;
  readonly #port: ReadPort;
  readonly #termBits: number;
  readonly #lanes: number;
  readonly #mostLanes: number;
  readonly #order: readonly (number | null)[];
  #loaded = 0;
  #loadedTerms = 0;

  constructor(
    operation: PreloadOperation,
    array: StationaryArray,
    memories: Readonly<Record<MemoryName, Sram>>,
    accelerator: Accelerator,
  ) {
    const { bytesPerCycle, operandBits } = portOf(operation.operand, operation, accelerator);
    this.#operation = operation;
    this.#array = array;
    this.#memories = memories;
    this.#columns = accelerator.array.columns;
    this.#port = new ReadPort(bytesPerCycle);
    this.#termBits = operation.columns * operandBits;
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#mostLanes = mostLanes(accelerator.array);
    this.#order = array.loadOrder(Math.ceil(operation.rows / this.#lanes));
  }

  evaluate(): boolean {
    this.#port.fetch();
    const row = this.#order[this.#loaded]!;
    if (row !== null) {
      const terms = this.#loadedTerms + this.#termsIn(row);
      if (!this.#port.hasBrought(terms * this.#termBits)) return false;
      this.#loadedTerms = terms;
    }
    this.#array.load(this.#operation.plane, row, this.#valuesOf(row));
    this.#loaded += 1;
    return this.#loaded === this.#order.length;
  }

  #termsIn(row: number): number {
    return Math.min(this.#lanes, this.#operation.rows - row * this.#lanes);
  }

  #valuesOf(row: number | null): Float64Array {
    const values = new Float64Array(this.#columns * this.#mostLanes);
    if (row === null) return values;
    const { operand, columns } = this.#operation;
    const terms = this.#termsIn(row);
    for (let column = 0; column < columns; column += 1) {
      for (let lane = 0; lane < terms; lane += 1) {
        const term = row * this.#lanes + lane;
        values[column * this.#mostLanes + lane] = operandOf(operand, this.#memories, term, column);
      }
    }
    return values;
  }
}
