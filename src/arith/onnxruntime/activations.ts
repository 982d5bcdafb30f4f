import type { AffineGrid } from '../affine.js';
import { fusedMultiplyAdd } from '../float32.js';
import { dequantizeLinear, quantizeLinear } from './quantize-linear.js';

/** A float32 function of a float32. */
export type Float32Function = (x: number) => number;

/**
 * QLinearSigmoid, QLinearLeakyRelu: dequantize, apply the float32 function, QuantizeLinear. ONNX Runtime does it once for each of
 * the 256 codes and looks up (`contrib_ops/cpu/quantization/qlinear_lookup_table.cc` at microsoft/onnxruntime@1272a013e7c9).
 */
export function qLinearActivation(
  code: number,
  activation: Float32Function,
  input: AffineGrid,
  output: AffineGrid,
): number {
  return quantizeLinear(activation(dequantizeLinear(code, input)), output);
}

/** `x` where it is not negative, `f32(alpha · x)` below (`qlinear_activations.cc` at microsoft/onnxruntime@16ac4489cca5). */
export function leakyRelu(alpha: number): Float32Function {
  return (x) => (x >= 0 ? x : Math.fround(Math.fround(alpha) * x));
}

/** Coefficients of the odd numerator and the even denominator, highest power first, rounded to float32. */
const NUMERATOR = [
  4.37031012579801e-11, 1.15627324459942e-7, 6.08574864600143e-5, 8.51377133304701e-3, 2.48287947061529e-1,
].map(Math.fround);
const DENOMINATOR = [
  6.10247389755681e-13, 5.76102136993427e-9, 6.2910678501704e-6, 1.70198817374094e-3, 1.16817656904453e-1,
  9.9315192102318e-1,
].map(Math.fround);
const LARGEST_ARGUMENT = 18;

/**
 * MLAS' logistic function (`core/mlas/lib/logistic.cpp` at microsoft/onnxruntime@01d143a70a93): a rational approximation of
 * degree 9 over 10 on [−18, 18], `f32(f32(x · p(x²)) / q(x²)) + 1/2`, clamped to [0, 1].
 *
 * The x86-64 build evaluates the polynomials with fused multiply-adds (`amd64/LogisticKernelFma3.asm`).
 */
export const logisticCpu: Float32Function = (x) => logistic(x, fusedMultiplyAdd);

/** The same as the WASM build evaluates it: every product is rounded before it is added to. */
export const logisticWasm: Float32Function = (x) =>
  logistic(x, (a, b, c) => Math.fround(Math.fround(a * b) + c));

function logistic(x: number, multiplyAdd: (a: number, b: number, c: number) => number): number {
  const bounded = Math.max(-LARGEST_ARGUMENT, Math.min(LARGEST_ARGUMENT, x));
  const square = Math.fround(bounded * bounded);
  const polynomial = (coefficients: readonly number[]): number =>
    coefficients.reduce((value, coefficient) => multiplyAdd(value, square, coefficient));
  const quotient = Math.fround(Math.fround(bounded * polynomial(NUMERATOR)) / polynomial(DENOMINATOR));
  return Math.max(0, Math.min(1, Math.fround(quotient + 0.5)));
}
