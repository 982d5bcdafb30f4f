import { roundHalfEven } from './float-rounding.js';
import type { CodeRange } from './requantizer.js';

/**
 * The float32 multiplication of the float-scale requantizers: the accumulator becomes a float32 (ties to even), the
 * product another. Both roundings are part of the rule. `acc` must be exact in a double.
 */
export function multiplyInFloat32(acc: bigint | number, scale: number): number {
  return Math.fround(Math.fround(Number(acc)) * scale);
}

/** The nearest integer of a finite double, ties to even, as an integer of any width. */
export function nearestEven(value: number): bigint {
  return BigInt(roundHalfEven(value));
}

/**
 * Accumulator → output code through a float32 scale, the rule `xnnpack-fp32` on numbers: MLAS (`MlasRequantizeOutput`,
 * `core/mlas/lib/quantize.cpp` at microsoft/onnxruntime@06414ba6e4c5), in which QLinearConv, QLinearMatMul and
 * QLinearGlobalAveragePool end, and XNNPACK's element-wise operators. That they clamp before they round changes nothing.
 *
 * @param acc An int32.
 * @param scale A positive float32.
 * @example
 * floatScaleToCode(1, 0.5, 1, { min: -128, max: 127 });  // 1: 0.5 ties to 0 before the zero point is added
 */
export function floatScaleToCode(acc: number, scale: number, zeroPoint: number, clamp: CodeRange): number {
  const code = roundHalfEven(multiplyInFloat32(acc, scale)) + zeroPoint;
  return Math.max(clamp.min, Math.min(clamp.max, code));
}
