import type { MacArray } from '../accelerator.js';
import type { DotProducts } from './dot-products.js';
import { FarthestTag } from './farthest-tag.js';
import { BUBBLE } from './mesh-tags.js';
import type { EnteringVectors, RegisterContents, StationaryArray, TakeSums } from './product-array.js';

/**
 * The array of figure 2 of the white paper: a vector is broadcast to all columns, each multiplies it with its weights and adds
 * the products up; `pipelineStages` registers later the sums are at the accumulators. An idle row or lane holds the weights of an
 * earlier block, and a zero enters it.
 */
export class DotProductArray implements StationaryArray {
  readonly #products: DotProducts;
  readonly #columns: number;
  readonly #stages: number;
  /** Sums and tags in the registers of the pipeline, the oldest first. */
  #sums: Float64Array;
  #tags: Uint8Array;
  readonly #farthest: FarthestTag;
  readonly #loads: { readonly plane: number; readonly row: number; readonly values: Float64Array }[] = [];
  readonly #planes: number;
  #selected = 0;

  constructor({ columns, pipelineStages, pingPongWeights }: MacArray, products: DotProducts) {
    this.#products = products;
    this.#columns = columns;
    this.#planes = pingPongWeights ? 2 : 1;
    this.#stages = pipelineStages;
    this.#sums = new Float64Array(pipelineStages * columns);
    this.#tags = new Uint8Array(pipelineStages).fill(BUBBLE);
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

  step({ cycles, tags, west }: EnteringVectors, take: TakeSums): void {
    const columns = this.#columns;
    const passingTags = new Uint8Array(this.#stages + cycles);
    passingTags.set(this.#tags);
    passingTags.set(tags, this.#stages);
    const sums = new Float64Array(passingTags.length * columns);
    sums.set(this.#sums);
    sums.set(this.#products.sums(this.#selected, west, cycles), this.#sums.length);
    const leaving = new Float64Array(cycles);
    for (let column = 0; column < columns; column += 1) {
      let count = 0;
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        if (passingTags[cycle] === BUBBLE) continue;
        leaving[count] = sums[cycle * columns + column]!;
        count += 1;
      }
      take(column, 0, leaving, count);
    }
    this.#tags = passingTags.slice(cycles);
    this.#sums = sums.slice(cycles * columns);
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
    const newestFirst = [...this.#tags.keys()].reverse();
    const sumsOf = (stage: number): Float64Array =>
      this.#sums.subarray(stage * this.#columns, (stage + 1) * this.#columns);
    return {
      ...Object.fromEntries(planes),
      pipeline: newestFirst
        .filter((stage) => this.#tags[stage] !== BUBBLE)
        .flatMap((stage) => [...sumsOf(stage)]),
      pipelineTags: [...this.#tags].reverse(),
    };
  }

  release(): void {
    this.#products.release();
  }
}
