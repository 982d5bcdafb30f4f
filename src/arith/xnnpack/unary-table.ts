import type { AffineGrid } from '../affine.js';
import { minOf } from '../int-format.js';
import { codeOfSum } from './code-of-sum.js';

/**
 * The codes of a real function of all 8-bit codes, lowest code first (`unary_ukernel_quantized`, `src/reference/unary-elementwise.cc` at
 * google/XNNPACK@08563ef09f58): ELU, LOGISTIC and TANH of int8 and uint8.
 *
 *     y = saturate(round(f32(f32(f(f32((x − zx) · sx)) · f32(1 / sy)) + zy))), half away from zero
 *
 * TFLite's own table adds the zero point after rounding instead, so that ties part company where it is not 0.
 *
 * @param f Takes and returns a float32.
 */
export function xnnpackTable(f: (x: number) => number, input: AffineGrid, output: AffineGrid): number[] {
  const lowest = minOf(input.format);
  const inverseScale = Math.fround(1 / output.scale);
  return Array.from({ length: 256 }, (_, i) => {
    const real = Math.fround((lowest + i - input.zeroPoint) * input.scale);
    return codeOfSum(Math.fround(Math.fround(f(real) * inverseScale) + output.zeroPoint), output);
  });
}

/**
 * The logistic function as LOGISTIC's table has it: the float32 next to the real number (seen of TensorFlow Lite 2.21). TFLite's own table
 * rounds after every step, and differs where the result comes to lie between two codes.
 */
export const xnnpackLogistic = (x: number): number => Math.fround(1 / (1 + Math.exp(-x)));
