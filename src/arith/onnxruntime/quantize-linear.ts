import { realToCode, type AffineGrid } from '../affine.js';

/**
 * QuantizeLinear: `saturate(rne(f32(x / scale)) + zeroPoint)`. The quotient is a float32, ties go to even, and the zero point
 * comes after the rounding: the operator's specification (onnx/onnx@f7546912001b, `docs/Operators.md`), which ONNX Runtime's CPU
 * and WASM builds follow (`MlasQuantizeLinear`, `core/mlas/lib/quantize.cpp` at microsoft/onnxruntime@06414ba6e4c5).
 *
 * @param x A float32, no NaN.
 * @example
 * quantizeLinear(0.5, { scale: 1, zeroPoint: 1, format: INT8 }); // 1
 */
export function quantizeLinear(x: number, { scale, zeroPoint, format }: AffineGrid): number {
  return realToCode(Math.fround(x / scale), 1, zeroPoint, format);
}

/** DequantizeLinear: `f32(f32(code − zeroPoint) · scale)`; an int32 code loses bits beyond 24 in the first step. */
export function dequantizeLinear(code: number, { scale, zeroPoint }: Omit<AffineGrid, 'format'>): number {
  return Math.fround(Math.fround(code - zeroPoint) * scale);
}
