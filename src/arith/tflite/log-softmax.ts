import { roundingDivideByPot } from '../gemmlowp.js';
import { naturalLogarithm } from '../gemmlowp-functions.js';
import { INT32, INT8, maxOf, minOf, saturate, wrap } from '../int-format.js';
import type { QuantizedMultiplier } from '../quantize-multiplier.js';
import { softmaxScaling, type SoftmaxScaling } from '../softmax-scaling.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor, type TfliteBuild } from './build.js';
import { differenceInQ5, differencesToMaximum, softmaxTerms } from './softmax.js';

const OUTPUT_INTEGER_BITS = 4;

/**
 * LOG_SOFTMAX of int8 (`reference/log_softmax.h`, `micro/kernels/log_softmax.cc` at tensorflow/tflite-micro@90b983c2b3f1). Output grid:
 * scale 1/16, zero point 127.
 */
export interface LogSoftmax {
  readonly scaling: SoftmaxScaling;
  /** From Q5.26 back to differences of codes. */
  readonly inverse: QuantizedMultiplier;
  readonly build: TfliteBuild;
}

/** `PreprocessLogSoftmaxScalingExp`: the inverse is that of the quantized factor, not of the real one. */
export function prepareLogSoftmax(inputScale: number, build: TfliteBuild): LogSoftmax {
  const scaling = softmaxScaling(inputScale, 1, build);
  const inverse = quantizeMultiplierFor(2 ** (31 - scaling.leftShift) / scaling.multiplier, build);
  return { scaling, inverse, build };
}

/**
 * One row, all in Q5.26 until the last step:
 *
 *     S  = Σ exp(rescale(dᵢ)), as in softmax;   L = ln S
 *     yᵢ = saturate(RDBPOT(rescale(dᵢ) − L, 22) + 127), where that difference fits Q5.26; −128 elsewhere
 */
export function logSoftmaxRow(row: readonly number[], { scaling, inverse, build }: LogSoftmax): number[] {
  const differences = differencesToMaximum(row);
  const logarithm = naturalLogarithm(softmaxTerms(row, scaling, build).sum, 12, 5);

  const lowestInQ5 = wrap(logarithm - 2n ** 31n, INT32);
  const lowest = multiplyByQuantizedMultiplier(lowestInQ5, inverse.multiplier, inverse.leftShift, build);
  const bound = Math.max(scaling.smallestDifference - 1, Number(lowest));
  return differences.map((difference) => {
    if (difference <= bound) return minOf(INT8);
    const value = differenceInQ5(difference, scaling, build) - logarithm;
    const code = roundingDivideByPot(value, 31 - 5 - OUTPUT_INTEGER_BITS) + BigInt(maxOf(INT8));
    return Number(saturate(code, INT8));
  });
}
