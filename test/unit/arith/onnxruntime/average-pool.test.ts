import { describe, expect, it } from 'vitest';
import type { AffineGrid } from '../../../../src/arith/affine.js';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import { averagePool, globalAveragePool } from '../../../../src/arith/onnxruntime/average-pool.js';

const grid = (scale: number, zeroPoint: number): AffineGrid => ({ scale, zeroPoint, format: INT8 });

describe('QLinearAveragePool', () => {
  it('has the zero point inside the rounding: 1.5 + 1 ties to 2', () => {
    expect(averagePool([1, 2], 2, grid(1, 0), grid(1, 1))).toBe(2);
  });

  it('divides by the size of the kernel where padding counts', () => {
    expect(averagePool([12], 4, grid(1, 0), grid(1, 0))).toBe(3);
  });

  it('takes the zero point of the input away, also from what stands for padding', () => {
    expect(averagePool([12, 14], 4, grid(1, 10), grid(1, 5))).toBe(6); // 1.5 + 5 ties to 6
  });

  it('adds float32 values in the order given', () => {
    const input = { scale: 1, zeroPoint: 0, format: { bits: 32, signed: true } };
    const output = { scale: 1, zeroPoint: 0, format: UINT8 };
    expect(averagePool([2 ** 24, 1, -(2 ** 24)], 1, input, output)).toBe(0); // 2^24 + 1 is 2^24
    expect(averagePool([2 ** 24, -(2 ** 24), 1], 1, input, output)).toBe(1);
  });

  it('divides: the float32 reciprocal would give 20', () => {
    const [input, output] = [grid(Math.fround(0.9), 0), grid(Math.fround(0.1), 0)];
    expect(averagePool([61, -9, -56, -87, 96, 8], 6, input, output)).toBe(19);
  });

  it('saturates', () => {
    expect(averagePool([127, 127], 2, grid(1, 0), grid(0.5, 0))).toBe(127);
  });
});

describe('QLinearGlobalAveragePool', () => {
  it('rounds before the zero point is added: 0.5 ties to 0', () => {
    expect(globalAveragePool([0, 1], grid(1, 0), grid(1, 1))).toBe(1);
  });

  it('multiplies the output scale by the count in float32', () => {
    const tenth = grid(Math.fround(0.1), 0);
    expect(globalAveragePool([-100, -41, 0, 0, 0, 0], tenth, tenth)).toBe(-23); // otherwise -23.5, so -24
  });

  it('sums integers, so that order means nothing', () => {
    expect(globalAveragePool([5, -3, 10], grid(0.5, 2), grid(0.25, 0))).toBe(4); // (12 - 6) · 2 / 3
  });
});
