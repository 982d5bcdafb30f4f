import type { AffineGrid } from '../affine.js';
import { fusedMultiplyAdd } from '../float32.js';
import { dequantizeLinear } from './quantize-linear.js';
import { saturateRounded } from './saturate-rounded.js';

/**
 * QLinearAdd as the x86-64 CPU build computes it (`MlasQLinearAddKernelAvx2Helper`,
 * `core/mlas/lib/intrinsics/avx2/qladd_avx2.cpp` at microsoft/onnxruntime@2c12538bf795): both inputs in steps of the output,
 * everything that does not depend on them in one constant, and two fused multiply-adds, b before a.
 *
 *     c = f32(zy − f32(f32(ra · za) + f32(rb · zb))),   ra = f32(sa / sy), rb = f32(sb / sy)
 *     y = saturate(rne(fma(a, ra, fma(b, rb, c))))
 *
 * The zero point of the output is inside the rounding: where it is odd, ties go the other way than in QuantizeLinear.
 */
export function qLinearAddCpu(
  [a, b]: readonly [number, number],
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  const ratioA = Math.fround(gridA.scale / output.scale);
  const ratioB = Math.fround(gridB.scale / output.scale);
  const zeroA = Math.fround(ratioA * gridA.zeroPoint);
  const zeroB = Math.fround(ratioB * gridB.zeroPoint);
  const constant = Math.fround(output.zeroPoint - Math.fround(zeroA + zeroB));
  const sum = fusedMultiplyAdd(a, ratioA, fusedMultiplyAdd(b, ratioB, constant));
  return saturateRounded(sum, output.format);
}

/**
 * QLinearAdd as the WASM build computes it (`MlasQLinearAddKernelRawHelper`, `core/mlas/lib/qladd.cpp` at
 * microsoft/onnxruntime@0465fe91becf): dequantize, add, divide, add the zero point, each step a float32; then round.
 */
export function qLinearAddWasm(
  [a, b]: readonly [number, number],
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  const sum = Math.fround(dequantizeLinear(a, gridA) + dequantizeLinear(b, gridB));
  const steps = Math.fround(sum / output.scale);
  return saturateRounded(Math.fround(steps + output.zeroPoint), output.format);
}
