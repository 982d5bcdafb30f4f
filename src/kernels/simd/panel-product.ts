import type { Reach } from '../fast/product.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { panelColumns, panelsOf, pairsOf } from './packed-panels.js';
import { defineProduct, productName, type Tile } from './product-function.js';
import { BLOCK_BYTES, type WeightStorage } from './weight-storage.js';

/** Rows of activations times panels of weights; where rows begin and what they consist of is bound (`defineProduct`). */
export class PanelProduct {
  readonly #product: (...operands: number[]) => void;
  readonly #starts: number;
  readonly #taps: number;
  readonly #tapsEnd: number;
  readonly #pairs: number;
  readonly #panels: number;
  readonly #panelBytes: number;

  /** @param starts where rows begin, and @param reach what they consist of, in elements */
  constructor(
    columns: number,
    starts: Int32Array,
    { taps, run }: Reach,
    tile: Tile,
    storage: WeightStorage,
    { workspace }: KernelMemory,
  ) {
    const name = productName(tile, storage);
    const module = emitted(name, (builder) => defineProduct(builder, tile, storage));
    const inBytes = (offsets: Int32Array): number => workspace.constant(offsets.map((offset) => 2 * offset));
    this.#product = workspace.functions(module)[name]!;
    this.#starts = inBytes(starts);
    this.#taps = inBytes(taps);
    this.#tapsEnd = this.#taps + taps.byteLength;
    this.#pairs = pairsOf(run);
    this.#panels = panelsOf(columns, tile);
    this.#panelBytes = taps.length * this.#pairs * tile.blocks * BLOCK_BYTES[storage];
  }

  /** Bias + products of the first `rows` rows. Columns up to the end of the last panel are written. All but `rows` are addresses or bytes. */
  writeSums(
    activations: number,
    rows: number,
    weights: number,
    bias: number,
    sums: number,
    sumStride: number,
  ): void {
    this.#product(
      activations,
      this.#starts,
      rows,
      this.#taps,
      this.#tapsEnd,
      this.#pairs,
      weights,
      this.#panelBytes,
      this.#panels,
      bias,
      sums,
      sumStride,
    );
  }
}

/** Columns with those that fill up the last panel. */
export function paddedColumns(columns: number, tile: Tile): number {
  return panelsOf(columns, tile) * panelColumns(tile);
}

/** Biases of all columns of the panels, 0 beyond the last. */
export function paddedBias(bias: ArrayLike<number>, tile: Tile): Int32Array {
  const padded = new Int32Array(paddedColumns(bias.length, tile));
  padded.set(bias);
  return padded;
}
