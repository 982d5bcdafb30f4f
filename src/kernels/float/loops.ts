import type { RealRange } from '../../ir/ops/real-range.js';
import type { OuterSums } from './outer-sums.js';
import type { Panels } from './panels.js';

/**
 * Terms that a sum takes up before it joins the total. Float32 sums of thousands of terms lose digits; in blocks, the error
 * grows with the length of a block and the number of blocks alone.
 */
export const BLOCK_TERMS = 256;

/**
 * The loops that float kernels come down to, and the memory in which they work. Every product and every sum is rounded to
 * float32, and the order of additions is fixed here, not by tiles, machines or threads:
 *
 *     total = bias; for each block of BLOCK_TERMS terms, in order: sum = 0; sum += a · b for its terms, in order; total += sum
 *
 * Two sets keep it bit for bit, `plain` with typed arrays and `simd` in WebAssembly. Which NaN a NaN is may differ.
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
 * its own. All taps are one block, however many.
 */
export interface ChannelFilter extends Omit<PanelProduct, 'rows'> {
  readonly starts: Int32Array;
  readonly taps: Int32Array;
}

/**
 * `sums[o, tap, c] += Σ_i gradient[i · gradientStride + o] · values[starts[i] + taps[tap] + c]`, all of the arrays beginning
 * where their first element is meant.
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
