import type { AffineGrid } from '../affine.js';
import { floatScaleToCode } from '../float-scale.js';
import { maxOf, minOf } from '../int-format.js';
import { dequantizeLinear } from './quantize-linear.js';
import { saturateRounded } from './saturate-rounded.js';

/**
 * QLinearAveragePool of one window (`contrib_ops/cpu/quantization/qlinear_pool.cc` at microsoft/onnxruntime@07d59c09d4b9): every
 * code is dequantized, the float32 values are added one by one, row by row, the sum is divided, and
 *
 *     y = saturate(rne(f32(f32(mean / sy) + zy)))
 *
 * with the zero point inside the rounding, unlike QuantizeLinear.
 *
 * @param codes Those of the window that lie in the image, rows first.
 * @param divisor How many codes there are, or with `count_include_pad` the size of the whole kernel.
 */
export function averagePool(
  codes: readonly number[],
  divisor: number,
  input: AffineGrid,
  output: AffineGrid,
): number {
  const sum = codes.reduce((total, code) => Math.fround(total + dequantizeLinear(code, input)), 0);
  const mean = Math.fround(sum / divisor);
  const steps = Math.fround(mean / output.scale);
  return saturateRounded(Math.fround(steps + output.zeroPoint), output.format);
}

/**
 * QLinearGlobalAveragePool of one channel (`core/mlas/lib/qlgavgpool.cpp` at microsoft/onnxruntime@050413d97368, SSE2 and plain
 * C++): the sum is an exact integer and the division part of the float scale, `f32(sx / f32(sy · n))`.
 *
 * QLinearAveragePool is this rule, too, where the kernel is as large as the image and there is no padding.
 */
export function globalAveragePool(codes: readonly number[], input: AffineGrid, output: AffineGrid): number {
  const sum = codes.reduce((total, code) => total + (code - input.zeroPoint), 0);
  const scale = Math.fround(input.scale / Math.fround(output.scale * codes.length));
  return floatScaleToCode(sum, scale, output.zeroPoint, {
    min: minOf(output.format),
    max: maxOf(output.format),
  });
}
