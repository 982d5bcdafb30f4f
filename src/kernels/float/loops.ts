import type { RealRange } from '../../ir/ops/real-range.js';
import type { OuterSums } from './outer-sums.js';
import type { Panels } from './panels.js';

/**
 * Terms that are summed in float32 before they join a total in doubles. Long sums keep their digits that way, and those of products
 * of codes are exact: 256 products of two numbers below 2^8 are below 2^24.
 */
export const BLOCK_TERMS = 256;

/**
 * The loops that float kernels come down to, and the memory in which they work. The order of additions is fixed here, not by
 * tiles, machines or threads:
 *
 *     total = bias, in doubles; for each block of BLOCK_TERMS terms, in order: sum = 0; sum += a · b for its terms, in order;
 *     total += sum; the total is rounded to float32 when it is stored
 *
 * where each product and each sum of a block is rounded to float32. Two sets keep it bit for bit, `plain` with typed arrays and
 * `simd` in WebAssembly. Which NaN a NaN is may differ.
 */
export interface FloatLoops {
  /** Floats of unspecified content, for the loops to read and write until `release`. */
  floats(length: number): Float32Array;

  /** A copy of indices for the loops to read until `release`. */
  indices(values: Int32Array): Int32Array;

  /** Takes back all arrays. */
  release(): void;

  multiplyPanels(product: PanelProduct): void;
  filterChannels(filter: ChannelFilter): void;
  sumOuterProducts(product: OuterProducts): void;

  /** Clamps values in place; NaN stays NaN. */
  clip(values: Float32Array, range: RealRange): void;
}

/** Vectors to multiply, where they lie: vector i is the `pieces` of `values` behind `starts[i]`, one after another. */
export interface Rows {
  readonly starts: Int32Array;
  /** See `rowPieces`. */
  readonly pieces: Int32Array;
}

/** `output[targets[i] + o] = clamp(bias[o] + Σ_k row_i[k] · weight_o[k])` for all rows and outputs. */
export interface PanelProduct {
  readonly values: Float32Array;
  readonly rows: Rows;
  readonly panels: Panels;
  readonly bias: Float32Array;
  readonly output: Float32Array;
  readonly targets: Int32Array;
  readonly range: RealRange;
}

/**
 * `output[targets[i] + o] = clamp(bias[o] + Σ_k values[starts[i] + taps[k] + o] · weight_o[k])`: each output has a channel of
 * its own. All taps are one block: at most BLOCK_TERMS.
 */
export interface ChannelFilter extends Omit<PanelProduct, 'rows'> {
  readonly starts: Int32Array;
  readonly taps: Int32Array;
}

/**
 * `sums[o, tap, c] += Σ_i gradient[i · gradientStride + o] · values[starts[i] + taps[tap] + c]`, all of the arrays beginning
 * where their first element is meant. The sums are totals in float32.
 */
export interface OuterProducts {
  readonly values: Float32Array;
  readonly starts: Int32Array;
  readonly taps: Int32Array;
  readonly gradient: Float32Array;
  readonly gradientStride: number;
  readonly layout: OuterSums;
  readonly sums: Float32Array;
}
