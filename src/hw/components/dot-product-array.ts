import type { MacArray } from '../accelerator.js';
import { DelayLine } from './delay-line.js';
import type { DotProducts } from './dot-products.js';
import type { EnteringVector, RegisterContents, StationaryArray, TakeSum } from './product-array.js';

/** The sums of a vector on their way through the pipeline. */
interface Sums {
  readonly columns: Float64Array;
  readonly isLast: boolean;
}

/**
 * The array of figure 2 of the white paper: a vector is broadcast to all columns, each multiplies it with its weights and adds
 * the products up; `pipelineStages` registers later the sums are at the accumulators. An idle row or lane holds the weights of an
 * earlier block, and a zero enters it.
 */
export class DotProductArray implements StationaryArray {
  readonly #products: DotProducts;
  readonly #pipeline: DelayLine<Sums | null>;
  readonly #loads: { readonly plane: number; readonly row: number; readonly values: Float64Array }[] = [];
  readonly #planes: number;
  #selected = 0;

  constructor({ pipelineStages, pingPongWeights }: MacArray, products: DotProducts) {
    this.#products = products;
    this.#planes = pingPongWeights ? 2 : 1;
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
    for (const { plane, row, values } of this.#loads) this.#products.load(plane, row, values);
    this.#loads.length = 0;
  }

  registers(): RegisterContents {
    const planes = Array.from({ length: this.#planes }, (_, plane) => [
      `stays${plane}`,
      this.#products.contents(plane),
    ]);
    return {
      ...Object.fromEntries(planes),
      pipeline: this.#pipeline.contents().flatMap((sums) => (sums === null ? [] : [...sums.columns])),
      pipelineTags: this.#pipeline.contents().map((sums) => (sums === null ? 0 : sums.isLast ? 2 : 1)),
    };
  }

  release(): void {
    this.#products.release();
  }

  #sumsOf({ west, isLast }: EnteringVector): Sums {
    return { columns: this.#products.sums(this.#selected, west), isLast };
  }
}
