import { bitLength } from '../integer-math.js';
import type { QuantizedMultiplier } from '../multipliers/tflite.js';
import { quantizeMultiplierFor, type TfliteBuild } from './build.js';

/**
 * MEAN folds 1 / count into its multiplier (`QuantizedMeanOrSum`, `reference/reduce.h` at tensorflow/tflite-micro@90b983c2b3f1):
 * the 31-bit multiplier of the scales' quotient, shifted left as far as the count is long, is divided by the count and
 * truncated. So it is not the rounded multiplier of the real factor, and may have leading zeros.
 *
 * @example
 * meanMultiplier(1, 3, 'double'); // { multiplier: 715827882, leftShift: 0 }: 2^30 · 2 / 3, truncated
 */
export function meanMultiplier(factor: number, count: number, build: TfliteBuild): QuantizedMultiplier {
  const { multiplier, leftShift } = quantizeMultiplierFor(factor, build);
  const shift = Math.min(bitLength(BigInt(count)) - 1, 32, 31 + leftShift);
  const divided = (BigInt(multiplier) << BigInt(shift)) / BigInt(count);
  return { multiplier: Number(divided), leftShift: leftShift - shift };
}
