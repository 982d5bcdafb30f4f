import { roundingDivideByPot } from '../gemmlowp.js';
import { naturalLogarithm } from '../gemmlowp-functions.js';
import { maxOf, minOf, saturate, type IntFormat } from '../int-format.js';
import type { SoftmaxScaling } from '../softmax-scaling.js';
import type { TfliteBuild } from './build.js';
import { differenceInQ5, differencesToMaximum, softmaxTerms } from './softmax.js';

/**
 * LOG_SOFTMAX of 8-bit codes (`reference/log_softmax.h` at tensorflow/tflite-micro@90b983c2b3f1), for one row. Output grid: scale 1/16, zero
 * point 127; of uint8, whose codes are 128 higher, 255. All in Q5.26 until the last step:
 *
 *     S  = Σ exp(rescale(dᵢ)), as in softmax;   L = ln S
 *     yᵢ = saturate(RDBPOT(rescale(dᵢ) − L, 22) + zero point), or the lowest code where dᵢ < smallestDifference
 *
 * The kernel gives the lowest code as well where rescale(dᵢ) − L would leave Q5.26. Here nothing overflows, and the clamp does that.
 */
export function logSoftmaxRow(
  row: readonly number[],
  scaling: SoftmaxScaling,
  output: IntFormat,
  build: TfliteBuild,
): number[] {
  const logarithm = naturalLogarithm(softmaxTerms(row, scaling, build).sum, 12, 5);
  return differencesToMaximum(row).map((difference) => {
    if (difference < scaling.smallestDifference) return minOf(output);
    const value = differenceInQ5(difference, scaling, build) - logarithm;
    const code = roundingDivideByPot(value, 22) + BigInt(maxOf(output));
    return Number(saturate(code, output));
  });
}
