import type { AffineGrid } from '../affine.js';
import { roundHalfEven } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';
import type { CodeRange } from '../requantizer.js';

/**
 * The bounds a fused activation, as a range of real numbers, puts on the codes of an operator that XNNPACK runs for TensorFlow Lite 2.21: the delegate passes real
 * bounds, and XNNPACK quantizes them with the zero point inside the rounding, ties to even (`xnn_qs8_quantize`, `xnn_qu8_quantize`).
 *
 *     bound = saturate(rne(f32(f32(real / scale) + zeroPoint)))
 *
 * TFLite's own kernels round half away from zero before they add it, so the two part at quotients of k + 1/2.
 */
export function xnnpackCodesWithin([low, high]: readonly [number, number], grid: AffineGrid): CodeRange {
  const codeOf = (real: number): number =>
    roundHalfEven(Math.fround(Math.fround(real / grid.scale) + grid.zeroPoint));
  return {
    min: Math.max(minOf(grid.format), codeOf(low)),
    max: Math.min(maxOf(grid.format), codeOf(high)),
  };
}
