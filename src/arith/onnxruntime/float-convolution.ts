import { fusedMultiplyAdd } from '../float32.js';

/**
 * One output of a float32 Conv as ONNX Runtime's x86-64 CPU build sums it. Values and weights come in the order input channel,
 * kernel row, kernel column; padding contributes zeros. It is what is left of MLAS' im2col and matrix product
 * (`core/mlas/lib/convolve.cpp`, `sgemm.cpp` of microsoft/onnxruntime 1.30.0) where the sum fits one block of 128 products; found
 * by comparing orders of summation with that build, bit by bit.
 *
 * Of two filters or more: fused multiply-adds one by one, and the bias last.
 */
export function convolveFloat32(values: readonly number[], weights: readonly number[], bias: number): number {
  const sum = values.reduce((total, value, index) => fusedMultiplyAdd(value, weights[index]!, total), 0);
  return Math.fround(sum + bias);
}

/**
 * The same of a single filter, which takes the path of a vector times a matrix: products are rounded; four of them are summed in
 * order, and then added to the total. Of the rest two are summed so, if there are two, and one.
 */
export function convolveFloat32Alone(
  values: readonly number[],
  weights: readonly number[],
  bias: number,
): number {
  const products = values.map((value, index) => Math.fround(value * weights[index]!));
  let total = 0;
  for (let start = 0; start < products.length;) {
    const left = products.length - start;
    const count = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    total = addFloat32(
      total,
      products.slice(start, start + count).reduce((a, b) => addFloat32(a, b)),
    );
    start += count;
  }
  return addFloat32(total, bias);
}

function addFloat32(a: number, b: number): number {
  return Math.fround(a + b);
}
