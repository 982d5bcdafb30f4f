import type { AffineGrid } from '../affine.js';
import { dequantizeLinear } from './quantize-linear.js';
import { saturateRounded } from './saturate-rounded.js';

/**
 * QLinearMul as the CPU build computes it (`MlasQLinearMulKernel`, `core/mlas/lib/qlmul.cpp` at
 * microsoft/onnxruntime@060b94d2ab50, the SSE2 branch): the product of the offset codes is an exact integer, then
 *
 *     y = saturate(rne(f32(f32(product · f32(f32(sa · sb) / sy)) + zy)))
 */
export function qLinearMulCpu(
  [a, b]: readonly [number, number],
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  const ratio = Math.fround(Math.fround(gridA.scale * gridB.scale) / output.scale);
  const product = (a - gridA.zeroPoint) * (b - gridB.zeroPoint);
  const steps = Math.fround(product * ratio);
  return saturateRounded(Math.fround(steps + output.zeroPoint), output.format);
}

/** QLinearMul as the WASM build computes it (same file, the plain C++ branch): dequantize, multiply, divide, add the zero point. */
export function qLinearMulWasm(
  [a, b]: readonly [number, number],
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  const product = Math.fround(dequantizeLinear(a, gridA) * dequantizeLinear(b, gridB));
  const steps = Math.fround(product / output.scale);
  return saturateRounded(Math.fround(steps + output.zeroPoint), output.format);
}
