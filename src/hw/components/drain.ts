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
  /** The row whose sums are at the edge, and the one whose sums were last moved. */
  #row: number;
  #moved: number;

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
    this.#row = rows;
    this.#moved = rows;
  }

  evaluate(): boolean {
    this.#row -= 1;
    return this.#row === 0;
  }

  move(): void {
    const { rows, columns, accumulates } = this.#operation;
    while (this.#moved > this.#row) {
      this.#moved -= 1;
      const sums = this.#array.shift();
      if (this.#moved >= rows) continue;
      this.#leaving.clear();
      for (let column = 0; column < columns; column += 1) this.#leaving.add(column, sums[column]!);
      this.#accumulators.accumulate(this.#leaving, columns, accumulates);
    }
  }
}
