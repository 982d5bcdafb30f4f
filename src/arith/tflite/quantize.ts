import { maxOf, minOf } from '../int-format.js';
import type { Grid } from './grid.js';
import { roundHalfAway } from '../float-rounding.js';

/**
 * QUANTIZE of a float32 (`AffineQuantize`, `reference/quantize.h` at tensorflow/tflite-micro@90b983c2b3f1): the quotient is a float32,
 * rounded half away from zero, unlike ONNX. QUANTIZE of integers is a requantization by `quotientFactor`.
 *
 * @example
 * quantizeFloat32(-0.5, { scale: 1, zeroPoint: 0, format: INT8 }); // -1
 */
export function quantizeFloat32(value: number, { scale, zeroPoint, format }: Grid): number {
  const code = roundHalfAway(Math.fround(value / scale)) + zeroPoint;
  return Math.min(Math.max(code, minOf(format)), maxOf(format));
}

/** DEQUANTIZE to float32 (`reference/dequantize.h`): the product in double, rounded once. */
export function dequantizeToFloat32(code: number, { scale, zeroPoint }: Grid): number {
  return Math.fround(scale * (code - zeroPoint));
}
