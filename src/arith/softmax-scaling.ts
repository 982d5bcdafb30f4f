import type { QuantizedMultiplier } from './multipliers/tflite.js';
import { quantizeMultiplierFor, type TfliteBuild } from './tflite/build.js';

/** How a softmax brings differences of codes to Q5.26, and from which difference on an exponential counts as 0. */
export interface SoftmaxScaling extends QuantizedMultiplier {
  readonly smallestDifference: number;
}

/**
 * TFLite's `PreprocessSoftmaxScaling` and `CalculateInputRadius` (`kernels/internal/quantization_util.cc` at
 * tensorflow/tflite-micro@90b983c2b3f1): the factor `beta · inputScale · 2^26`, at most 2^31 − 1, or 2^30 − 1 in the build that rounds
 * once, and the largest magnitude that still fits 5 integer bits after the left shift.
 */
export function softmaxScaling(inputScale: number, beta = 1, build: TfliteBuild = 'double'): SoftmaxScaling {
  const largest = build === 'double' ? 2 ** 31 - 1 : 2 ** 30 - 1;
  const quantized = quantizeMultiplierFor(Math.min(beta * inputScale * 2 ** 26, largest), build);
  const radius = Math.floor((31 * 2 ** 26) / 2 ** quantized.leftShift);
  return { ...quantized, smallestDifference: 0 - radius };
}
