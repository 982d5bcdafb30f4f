import type { AffineGrid } from '../affine.js';
import { codeOfSum } from './code-of-sum.js';

/**
 * MEAN of XNNPACK (`xnn_create_reduce_nd`, `src/operators/reduce-nd.c` at google/XNNPACK) as TensorFlow Lite 2.21 runs them for int8
 * and uint8. Codes are added as they are; one float32 line then takes the zero points of both grids with it:
 *
 *     s = f32(f32(sx / sy) · f32(1 / count));   b = f32(zy − f32(f32(count · zx) · s))
 *     y = saturate(round(f32(f32(f32(Σ x) · s) + b))), half away from zero
 *
 * So a tie is one of the output code, zero point included, and the float32 sum decides what counts as a tie. The order of the
 * steps was observed on TensorFlow Lite 2.21.0, x86-64 with AVX512.
 */
export interface Reduction {
  readonly output: AffineGrid;
  readonly scale: number;
  readonly bias: number;
}

/** @param count How many codes one output is the mean of. */
export function prepareXnnpackMean(input: AffineGrid, output: AffineGrid, count: number): Reduction {
  const scale = Math.fround(Math.fround(input.scale / output.scale) * Math.fround(1 / count));
  const offset = Math.fround(Math.fround(count * input.zeroPoint) * scale);
  return { output, scale, bias: Math.fround(output.zeroPoint - offset) };
}

/** @param sum Of the codes, zero point and all; an int32. */
export function xnnpackReduced(sum: number, { output, scale, bias }: Reduction): number {
  return codeOfSum(Math.fround(Math.fround(Math.fround(sum) * scale) + bias), output);
}
