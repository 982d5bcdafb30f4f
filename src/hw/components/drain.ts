import type { MacArray } from '../accelerator.js';
import type { AccumulatorFile } from './accumulator-file.js';
import type { Activity } from './activity.js';
import type { DrainOperation } from './operations.js';
import type { OutputStationaryArray } from './product-array.js';

/** Sums out of the mesh through its southern edge, the southernmost row first, into the accumulators. */
export class Drain implements Activity {
  readonly #operation: DrainOperation;
  readonly #array: OutputStationaryArray;
  readonly #accumulators: AccumulatorFile;
  /** The row whose sums are at the edge. */
  #row: number;

  constructor(
    operation: DrainOperation,
    array: OutputStationaryArray,
    accumulators: AccumulatorFile,
    { rows }: MacArray,
  ) {
    this.#operation = operation;
    this.#array = array;
    this.#accumulators = accumulators;
    this.#row = rows - 1;
  }

  evaluate(): boolean {
    const { rows, columns, entryOf, accumulates } = this.#operation;
    const sums = this.#array.shift();
    if (this.#row < rows) {
      for (let column = 0; column < columns; column += 1) {
        this.#accumulators.accumulate(column, entryOf(this.#row), sums[column]!, accumulates);
      }
    }
    this.#row -= 1;
    return this.#row < 0;
  }
}
