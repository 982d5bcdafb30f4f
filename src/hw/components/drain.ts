import type { MacArray } from '../accelerator.js';
import type { AccumulatorFile } from './accumulator-file.js';
import type { Activity, Extent } from './activity.js';
import type { LeavingSums } from './leaving-sums.js';
import type { DrainOperation } from './operations.js';
import type { OutputStationaryArray } from './product-array.js';

/** Sums out of the mesh through its southern edge, the southernmost row first, into the accumulators. */
export class Drain implements Activity {
  readonly reads: readonly Extent[] = [];
  readonly writes: readonly Extent[];
  readonly #operation: DrainOperation;
  readonly #array: OutputStationaryArray;
  readonly #leaving: LeavingSums;
  readonly #accumulators: AccumulatorFile;
  /** A row leaves in each, the last one first. */
  readonly cycles: number;
  /** The row whose sums left last. */
  #row: number;

  constructor(
    operation: DrainOperation,
    array: OutputStationaryArray,
    leaving: LeavingSums,
    accumulators: AccumulatorFile,
    { rows }: MacArray,
  ) {
    this.#operation = operation;
    this.writes = [accumulators.begin(operation.entries().toReversed())];
    this.#array = array;
    this.#leaving = leaving;
    this.#accumulators = accumulators;
    this.cycles = rows;
    this.#row = rows;
  }

  move(cycles: number): void {
    const { rows, columns, accumulates } = this.#operation;
    while (this.#row > this.cycles - cycles) {
      this.#row -= 1;
      const sums = this.#array.shift();
      if (this.#row >= rows) continue;
      this.#leaving.clear();
      for (let column = 0; column < columns; column += 1) this.#leaving.add(column, sums[column]!);
      this.#accumulators.accumulate(this.#leaving, columns, accumulates);
    }
  }
}
