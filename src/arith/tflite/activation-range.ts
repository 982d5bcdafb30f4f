import { maxOf, minOf } from '../int-format.js';
import type { CodeRange } from '../requantizer.js';
import type { Grid } from './grid.js';
import { roundHalfAway } from '../float-rounding.js';

/** Activations TFLite fuses into an operator, as real ranges. */
export type FusedActivation = 'none' | 'relu' | 'reluN1To1' | 'relu6';

/** The real numbers an activation lets through. */
export const REAL_RANGES: Readonly<Record<FusedActivation, readonly [number, number]>> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  reluN1To1: [-1, 1],
  relu6: [0, 6],
};

/**
 * `CalculateActivationRangeQuantized` (`kernels/kernel_util.cc` at tensorflow/tflite-micro@90b983c2b3f1): the bounds a fused
 * activation puts on output codes. The division by the scale is a float32, rounded half away from zero.
 *
 * @example
 * activationRange('relu6', { scale: 0.25, zeroPoint: -10, format: INT8 }); // { min: -10, max: 14 }
 */
export function activationRange(activation: FusedActivation, grid: Grid): CodeRange {
  const [low, high] = REAL_RANGES[activation];
  const codeOf = (real: number): number => grid.zeroPoint + roundHalfAway(Math.fround(real / grid.scale));
  return {
    min: Math.max(minOf(grid.format), codeOf(low)),
    max: Math.min(maxOf(grid.format), codeOf(high)),
  };
}
