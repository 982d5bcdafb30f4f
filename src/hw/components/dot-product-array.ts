import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import type { DotProducts, SumPipeline } from './dot-products.js';
import { MOST_CYCLES } from './entering-values.js';
import { FarthestTag } from './farthest-tag.js';
import type { LeavingSums } from './leaving-sums.js';
import { BUBBLE } from './mesh-tags.js';
import type { EnteringVectors, RegisterContents, StationaryArray } from './product-array.js';

/**
 * The array of figure 2 of the white paper: a vector is broadcast to all columns, each multiplies it with its weights and adds
 * the products up; `pipelineStages` registers later the sums are at the accumulators. An idle row or lane holds the weights of an
 * earlier block, and a zero enters it.
 */
export class DotProductArray implements StationaryArray {
  readonly #products: DotProducts;
  readonly #columns: number;
  readonly #vectorLength: number;
  readonly #stages: number;
  /** The oldest first; behind them there is room for what enters in some cycles. */
  readonly #pipeline: SumPipeline;
  readonly #farthest: FarthestTag;
  readonly #loads: { readonly plane: number; readonly row: number; readonly values: Float64Array }[] = [];
  readonly #planes: number;
  #selected = 0;

  constructor(array: MacArray, products: DotProducts) {
    const { rows, columns, pipelineStages, pingPongWeights } = array;
    this.#vectorLength = rows * mostLanes(array);
    this.#products = products;
    this.#columns = columns;
    this.#planes = pingPongWeights ? 2 : 1;
    this.#stages = pipelineStages;
    this.#pipeline = products.pipeline(pipelineStages + MOST_CYCLES);
    this.#farthest = new FarthestTag(pipelineStages);
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

  passes(tag: number): boolean {
    return this.#farthest.isLast(tag);
  }

  step({ cycles, tags, west }: EnteringVectors, leaving: LeavingSums): void {
    const [stages, products, pipeline] = [this.#stages, this.#products, this.#pipeline];
    for (let first = 0, end = 0; first < cycles; first = end) {
      end = Math.min(first + MOST_CYCLES, cycles);
      pipeline.tags.set(tags.slice(first, end), stages);
      const entering = west.subarray(first * this.#vectorLength);
      products.sums(this.#selected, entering, end - first, pipeline, stages);
      products.leave(pipeline, end - first, leaving);
      this.#advance(end - first);
    }
  }

  tick(): void {
    for (const { plane, row, values } of this.#loads) this.#products.load(plane, row, values);
    this.#loads.length = 0;
  }

  registers(): RegisterContents {
    const planes = Array.from({ length: this.#planes }, (_, plane) => [
      `stays${plane}`,
      this.#products.contents(plane),
    ]);
    const { sums, rowLength } = this.#pipeline;
    const tags = [...this.#pipeline.tags.subarray(0, this.#stages)];
    const newestFirst = [...tags.keys()].reverse();
    const sumsOf = (stage: number): SumPipeline['sums'] =>
      sums.subarray(stage * rowLength, stage * rowLength + this.#columns);
    return {
      ...Object.fromEntries(planes),
      pipeline: newestFirst.filter((stage) => tags[stage] !== BUBBLE).flatMap((stage) => [...sumsOf(stage)]),
      pipelineTags: tags.toReversed(),
    };
  }

  release(): void {
    this.#products.release();
  }

  #advance(cycles: number): void {
    const { sums, rowLength, tags } = this.#pipeline;
    sums.copyWithin(0, cycles * rowLength, (this.#stages + cycles) * rowLength);
    tags.copyWithin(0, cycles, this.#stages + cycles);
  }
}
