import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';
import type { Reach } from '../fast/product.js';
import type { KernelMemory } from './kernel-memory.js';
import { packPanels } from './packed-panels.js';
import { paddedBias, paddedColumns, PanelProduct } from './panel-product.js';
import type { Tile } from './product-function.js';
import type { WeightStorage } from './weight-storage.js';

/** Bytes between rows of int32 sums: the last group is rounded up to whole panels. */
export function sumStrideBytes(outputs: number, groups: number, tile: Tile): number {
  const groupOutputs = outputs / groups;
  return 4 * (outputs - groupOutputs + paddedColumns(groupOutputs, tile));
}

/**
 * `bias + Σ (weight − zeroPoint) · value` of every output, in int32 that wraps. Weights, biases and tables lie in the memory of
 * the kernels.
 *
 * A group's last panel may reach into the columns of the next one, which writes them after it.
 */
export class GroupedPanels {
  /** Bytes between rows of sums. */
  readonly sumStride: number;
  readonly #product: PanelProduct;
  readonly #groups: readonly { readonly weights: number; readonly bias: number }[];
  readonly #groupInputs: number;
  readonly #groupOutputs: number;

  /**
   * @param starts where rows begin and @param reach what they consist of, in elements of group 0
   * @param groupInputs elements from there to those of the next group
   */
  constructor(
    { values, zeroPoint, groups }: GroupedWeights,
    storage: WeightStorage,
    bias: Codes,
    starts: Int32Array,
    reach: Reach,
    tile: Tile,
    memory: KernelMemory,
    groupInputs = reach.run,
  ) {
    const { workspace } = memory;
    const depth = values.length / bias.length;
    const columns = bias.length / groups;
    this.#product = new PanelProduct(columns, starts, reach, tile, storage, memory);
    this.#groupInputs = groupInputs;
    this.#groupOutputs = columns;
    this.sumStride = sumStrideBytes(bias.length, groups, tile);
    this.#groups = Array.from({ length: groups }, (_, group) => {
      const matrix = {
        values,
        start: group * columns * depth,
        columns,
        columnStride: depth,
        taps: reach.taps.length,
        tapStride: reach.run,
        run: reach.run,
        depthStride: 1,
        zeroPoint,
      };
      const ofGroup = bias.subarray(group * columns, (group + 1) * columns);
      return {
        weights: workspace.constant(packPanels(matrix, tile, storage)),
        bias: workspace.constant(paddedBias(ofGroup, tile)),
      };
    });
  }

  /** Writes the sums of the first `rows` rows of int16 values in `canvas`, rows `stride` bytes apart. */
  writeSums(canvas: number, rows: number, sums: number, stride = this.sumStride): void {
    this.#groups.forEach(({ weights, bias }, group) => {
      this.#product.writeSums(
        canvas + 2 * group * this.#groupInputs,
        rows,
        weights,
        bias,
        sums + 4 * group * this.#groupOutputs,
        stride,
      );
    });
  }
}
