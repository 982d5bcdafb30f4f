import type { Exports } from '../../wasm/workspace.js';
import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';
import type { Reach } from '../fast/product.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { packPanels, pairsOf, panelsOf } from './packed-panels.js';
import { defineProduct, LANES, productName, type Tile, type WeightStorage } from './product-function.js';

const TILE: Tile = { rows: 4, vectors: 2 };
const STORAGE: WeightStorage = 'int16';
const NAME = productName(TILE, STORAGE);

/** Bytes between rows of int32 sums: the last group is rounded up to whole panels. */
export function sumStrideBytes(outputs: number, groups: number): number {
  const groupOutputs = outputs / groups;
  const padded = panelsOf(groupOutputs, TILE) * LANES * TILE.vectors;
  return 4 * (outputs - groupOutputs + padded);
}

/**
 * `bias + Σ (weight − zeroPoint) · value` of every output, in int32 that wraps. Weights, biases and tables lie in the memory of
 * the kernels.
 *
 * A group's last panel may reach into the columns of the next one, which writes them after it.
 */
export class GroupedPanels {
  readonly #product: (...operands: number[]) => void;
  readonly #groups: readonly { readonly weights: number; readonly bias: number }[];
  readonly #starts: number;
  readonly #taps: number;
  readonly #tapsEnd: number;
  readonly #pairs: number;
  readonly #panels: number;
  readonly #panelBytes: number;
  readonly #groupInputs: number;
  readonly #groupOutputs: number;
  readonly #sumStride: number;

  /** @param starts where rows begin and @param reach what they consist of, in elements of group 0; other groups follow, `reach.run` apart */
  constructor(
    { values, zeroPoint, groups }: GroupedWeights,
    bias: Codes,
    starts: Int32Array,
    { taps, run }: Reach,
    { workspace }: KernelMemory,
  ) {
    const outputs = bias.length;
    const depth = values.length / outputs;
    const columns = outputs / groups;
    const functions: Exports = workspace.functions(
      emitted(NAME, (module) => defineProduct(module, TILE, STORAGE)),
    );
    const inBytes = (offsets: Int32Array): number => workspace.constant(offsets.map((offset) => 2 * offset));
    this.#product = functions[NAME]!;
    this.#starts = inBytes(starts);
    this.#taps = inBytes(taps);
    this.#tapsEnd = this.#taps + taps.byteLength;
    this.#pairs = pairsOf(run);
    this.#panels = panelsOf(columns, TILE);
    this.#groupInputs = run;
    this.#groupOutputs = columns;
    this.#sumStride = sumStrideBytes(outputs, groups);
    this.#panelBytes = taps.length * this.#pairs * 2 * 2 * LANES * TILE.vectors;
    this.#groups = Array.from({ length: groups }, (_, group) => {
      const matrix = {
        values,
        start: group * columns * depth,
        columns,
        taps: taps.length,
        run,
        columnStride: depth,
        depthStride: 1,
        zeroPoint,
      };
      const biases = new Int32Array(this.#panels * LANES * TILE.vectors);
      biases.set(bias.subarray(group * columns, (group + 1) * columns));
      return {
        weights: workspace.constant(packPanels(matrix, TILE, STORAGE)),
        bias: workspace.constant(biases),
      };
    });
  }

  /** Writes the sums of the first `rows` rows of int16 values in `canvas`. */
  writeSums(canvas: number, rows: number, sums: number): void {
    this.#groups.forEach(({ weights, bias }, group) => {
      this.#product(
        canvas + 2 * group * this.#groupInputs,
        this.#starts,
        rows,
        this.#taps,
        this.#tapsEnd,
        this.#pairs,
        weights,
        this.#panelBytes,
        this.#panels,
        bias,
        sums + 4 * group * this.#groupOutputs,
        this.#sumStride,
      );
    });
  }
}
