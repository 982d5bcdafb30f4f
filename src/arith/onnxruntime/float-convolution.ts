import { fusedMultiplyAdd } from '../float32.js';

/**
 * One output of a float32 Conv of two filters or more as the x86-64 CPU build sums it: fused multiply-adds one by one over
 * input channels, then kernel rows, then kernel columns (padding contributes zeros), and the bias last. It is what is left of
 * MLAS' im2col and blocked product (`core/mlas/lib/convolve.cpp` at microsoft/onnxruntime) where the sum is no longer than one
 * block, 128 products.
 *
 * A convolution of one filter takes another path there, in another order, which is not stated here.
 */
export function convolveFloat32(values: readonly number[], weights: readonly number[], bias: number): number {
  const sum = values.reduce((total, value, index) => fusedMultiplyAdd(value, weights[index]!, total), 0);
  return Math.fround(sum + bias);
}
