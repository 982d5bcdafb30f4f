import type { AffineGrid } from '../affine.js';
import { floatScaleToCode } from '../float-scale.js';
import { maxOf, minOf } from '../int-format.js';
import { qLinearScale } from '../requantizers/onnxruntime.js';

/**
 * How QLinearConv and QLinearMatMul end: the int32 sum of products of offset codes, bias included, goes through the float scale
 * `f32(f32(sx · sw) / sy)`, one per output channel (`core/providers/cpu/quantization/qlinearconv.cc` and
 * `quantize_linear_matmul.cc` at microsoft/onnxruntime@07d59c09d4b9). CPU and WASM agree.
 */
export function qLinearProductToCode(
  acc: number,
  inputScale: number,
  weightScale: number,
  output: AffineGrid,
): number {
  const scale = qLinearScale(inputScale, weightScale, output.scale);
  return floatScaleToCode(acc, scale, output.zeroPoint, {
    min: minOf(output.format),
    max: maxOf(output.format),
  });
}
