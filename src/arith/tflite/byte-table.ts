import { maxOf, minOf } from '../int-format.js';
import type { Grid } from './grid.js';
import { roundHalfAway } from '../float-rounding.js';

/** A real function in float32: each step is rounded with `Math.fround`. */
export type Float32Function = (x: number) => number;

/** `x < 0 ? exp(x) − 1 : x`, by `expm1`. */
export const float32Elu: Float32Function = (x) => (x < 0 ? Math.fround(Math.expm1(x)) : x);

export const float32Logistic: Float32Function = (x) =>
  Math.fround(1 / Math.fround(1 + Math.fround(Math.exp(-x))));

export const float32Tanh: Float32Function = (x) => Math.fround(Math.tanh(x));

/**
 * The codes of a function of all 8-bit codes, lowest code first: `LUTPopulate` (`kernels/internal/common.h` at
 * tensorflow/tflite-micro@90b983c2b3f1). ELU in every TFLite; LOGISTIC and TANH of int8 outside the Micro kernels.
 *
 *     t = f(scale · (x − zeroPoint));  y = saturate(round(t · (1 / outputScale)) + outputZeroPoint)
 *
 * Every step is a float32, and `round` is half away from zero.
 */
export function byteTable(f: Float32Function, input: Grid, output: Grid): number[] {
  const lowest = minOf(input.format);
  const inverseScale = Math.fround(1 / output.scale);
  return Array.from({ length: 256 }, (_, i) => {
    const real = Math.fround(input.scale * (lowest + i - input.zeroPoint));
    const rescaled = roundHalfAway(Math.fround(f(real) * inverseScale));
    const code = Math.trunc(Math.fround(rescaled + output.zeroPoint));
    return Math.min(Math.max(code, minOf(output.format)), maxOf(output.format));
  });
}
