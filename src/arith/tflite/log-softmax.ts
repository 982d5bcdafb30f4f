import { roundingDivideByPot } from '../gemmlowp.js';
import { naturalLogarithm } from '../gemmlowp-functions.js';
import { INT8, maxOf, minOf, saturate } from '../int-format.js';
import type { SoftmaxScaling } from '../softmax-scaling.js';
import type { TfliteBuild } from './build.js';
import { differenceInQ5, differencesToMaximum, softmaxTerms } from './softmax.js';

/**
 * LOG_SOFTMAX of int8 (`reference/log_softmax.h` at tensorflow/tflite-micro@90b983c2b3f1), for one row. Output grid: scale 1/16, zero
 * point 127. All in Q5.26 until the last step:
 *
 *     S  = Σ exp(rescale(dᵢ)), as in softmax;   L = ln S
 *     yᵢ = saturate(RDBPOT(rescale(dᵢ) − L, 22) + 127), or −128 where dᵢ < smallestDifference
 *
 * The kernel gives −128 as well where rescale(dᵢ) − L would leave Q5.26. Here nothing overflows, and the clamp does that.
 */
export function logSoftmaxRow(row: readonly number[], scaling: SoftmaxScaling, build: TfliteBuild): number[] {
  const logarithm = naturalLogarithm(softmaxTerms(row, scaling, build).sum, 12, 5);
  return differencesToMaximum(row).map((difference) => {
    if (difference < scaling.smallestDifference) return minOf(INT8);
    const value = differenceInQ5(difference, scaling, build) - logarithm;
    const code = roundingDivideByPot(value, 22) + BigInt(maxOf(INT8));
    return Number(saturate(code, INT8));
  });
}
