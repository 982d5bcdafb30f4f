import { describe, expect, it } from 'vitest';
import type { AffineGrid } from '../../../../src/arith/affine.js';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import { qLinearAddCpu, qLinearAddWasm } from '../../../../src/arith/onnxruntime/q-linear-add.js';
import { qLinearMulCpu, qLinearMulWasm } from '../../../../src/arith/onnxruntime/q-linear-mul.js';
import { qLinearProductToCode } from '../../../../src/arith/onnxruntime/q-linear-product.js';

const grid = (scale: number, zeroPoint: number): AffineGrid => ({
  scale: Math.fround(scale),
  zeroPoint,
  format: INT8,
});

describe('QLinearAdd', () => {
  it.each([
    { why: '0.5 + 1 ties to 2: the zero point is inside the rounding', codes: [1, 0], zeroPoint: 1, want: 2 },
    { why: '1.5 + 1 ties to 2', codes: [1, 2], zeroPoint: 1, want: 2 },
    { why: '-0.5 ties to 0', codes: [-1, 0], zeroPoint: 0, want: 0 },
    { why: 'it saturates', codes: [127, 127], zeroPoint: 1, want: 127 },
  ] as const)('$why, in both builds', ({ codes, zeroPoint, want }) => {
    const [inputs, output] = [[grid(0.5, 0), grid(0.5, 0)] as const, grid(1, zeroPoint)];
    expect(qLinearAddCpu(codes, inputs, output)).toBe(want);
    expect(qLinearAddWasm(codes, inputs, output)).toBe(want);
  });

  it('takes the zero points of the inputs away', () => {
    const [inputs, output] = [[grid(1, 10), grid(2, -20)] as const, grid(1, 3)];
    expect(qLinearAddCpu([11, -18], inputs, output)).toBe(1 + 4 + 3);
    expect(qLinearAddWasm([11, -18], inputs, output)).toBe(1 + 4 + 3);
  });

  it('differs between the builds where dequantizing rounds a tie away', () => {
    const [inputs, output] = [[grid(0.1, 0), grid(0.1, 0)] as const, grid(0.2, 0)];
    expect(qLinearAddCpu([-20, -11], inputs, output)).toBe(-16);
    expect(qLinearAddWasm([-20, -11], inputs, output)).toBe(-15);
  });

  it('rounds the ratio of the scales to float32', () => {
    expect(qLinearAddCpu([-57, -60], [grid(0.1, 0), grid(0.1, 0)], grid(0.6, 0))).toBe(-19);
    expect(qLinearAddCpu([-60, -57], [grid(0.1, 0), grid(0.1, 0)], grid(0.6, 0))).toBe(-19);
  });

  it('rounds the quotient to float32 in the WASM build', () => {
    expect(qLinearAddWasm([27, -34], [grid(0.05, 0), grid(0.9, 0)], grid(0.9, 1))).toBe(-32);
  });

  it('is fused in the CPU build: rounding the products would tie to 3', () => {
    expect(qLinearAddCpu([8, -15], [grid(0.3, 0), grid(0.1, 0)], grid(0.6, 1))).toBe(2);
  });
});

describe('QLinearMul', () => {
  it.each([
    { why: '0.5 + 1 ties to 2: the zero point is inside the rounding', codes: [1, 1], zeroPoint: 1, want: 2 },
    { why: '-0.5 ties to 0', codes: [1, -1], zeroPoint: 0, want: 0 },
    { why: 'it saturates', codes: [127, -127], zeroPoint: 0, want: -128 },
  ] as const)('$why, in both builds', ({ codes, zeroPoint, want }) => {
    const [inputs, output] = [[grid(1, 0), grid(0.5, 0)] as const, grid(1, zeroPoint)];
    expect(qLinearMulCpu(codes, inputs, output)).toBe(want);
    expect(qLinearMulWasm(codes, inputs, output)).toBe(want);
  });

  it('differs between the builds: one scale for the product, or one for each input', () => {
    const [inputs, output] = [[grid(0.1, 0), grid(0.1, 0)] as const, grid(0.2, 0)];
    expect(qLinearMulCpu([-18, -5], inputs, output)).toBe(5);
    expect(qLinearMulWasm([-18, -5], inputs, output)).toBe(4);
  });

  it('takes the zero points of the inputs away', () => {
    expect(qLinearMulCpu([13, -17], [grid(1, 10), grid(1, -20)], grid(1, 2))).toBe(3 * 3 + 2);
    expect(qLinearMulWasm([13, -17], [grid(1, 10), grid(1, -20)], grid(1, 2))).toBe(3 * 3 + 2);
  });
});

describe('the end of QLinearConv and QLinearMatMul', () => {
  it('rounds before the zero point is added, unlike QLinearAdd', () => {
    expect(qLinearProductToCode(1, 1, 0.5, grid(1, 1))).toBe(1);
  });

  it('multiplies the scales first, in float32', () => {
    expect(qLinearProductToCode(105, Math.fround(0.9), Math.fround(0.3), grid(0.7, 0))).toBe(41);
  });

  it('saturates to the format of the output', () => {
    const output = { scale: 1, zeroPoint: 200, format: UINT8 };
    expect([-1000, 1000].map((acc) => qLinearProductToCode(acc, 1, 1, output))).toEqual([0, 255]);
  });
});
