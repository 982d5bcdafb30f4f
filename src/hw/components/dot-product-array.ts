import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import { DelayLine } from './delay-line.js';
import type { EnteringVector, StationaryArray, TakeSum } from './product-array.js';

/** The sums of a vector on their way through the pipeline. */
interface Sums {
  readonly columns: Float64Array;
  readonly isLast: boolean;
}

/**
 * The array of figure 2 of the white paper: a vector is broadcast to all columns, each multiplies it with its weights and adds
 * the products up; `pipelineStages` registers later the sums are at the accumulators.
 */
export class DotProductArray implements StationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #planes: readonly Float64Array[];
  readonly #pipeline: DelayLine<Sums | null>;
  readonly #loads: { readonly plane: number; readonly row: number; readonly values: Float64Array }[] = [];
  #selected = 0;

  constructor(array: MacArray) {
    const { rows, columns, pipelineStages, pingPongWeights } = array;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = mostLanes(array);
    const size = rows * columns * this.#lanes;
    this.#planes = Array.from({ length: pingPongWeights ? 2 : 1 }, () => new Float64Array(size));
    this.#pipeline = new DelayLine<Sums | null>(pipelineStages, null);
  }

  /** Each row is written where it belongs; rows that are not used are left out. */
  loadOrder(usedRows: number): readonly number[] {
    return Array.from({ length: usedRows }, (_, step) => usedRows - 1 - step);
  }

  load(plane: number, row: number, values: Float64Array): void {
    this.#loads.push({ plane, row, values });
  }

  select(plane: number): void {
    this.#selected = plane;
  }

  evaluate(entering: EnteringVector | null, take: TakeSum): boolean {
    const leaving = this.#pipeline.evaluate(entering === null ? null : this.#sumsOf(entering));
    if (leaving === null) return false;
    leaving.columns.forEach((sum, column) => take(column, 0, sum));
    return leaving.isLast;
  }

  tick(): void {
    this.#pipeline.tick();
    for (const { plane, row, values } of this.#loads) {
      this.#planes[plane]!.set(values, row * this.#columns * this.#lanes);
    }
    this.#loads.length = 0;
  }

  #sumsOf({ west, isLast }: EnteringVector): Sums {
    const weights = this.#planes[this.#selected]!;
    const columns = new Float64Array(this.#columns);
    const lanes = this.#lanes;
    for (let row = 0; row < this.#rows; row += 1) {
      // An idle row or lane holds the weights of an earlier block, and a zero enters it.
      for (let column = 0; column < this.#columns; column += 1) {
        for (let lane = 0; lane < lanes; lane += 1) {
          columns[column]! +=
            weights[(row * this.#columns + column) * lanes + lane]! * west[row * lanes + lane]!;
        }
      }
    }
    return { columns, isLast };
  }
}
