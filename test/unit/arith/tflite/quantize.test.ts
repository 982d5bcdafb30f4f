import { expect, it } from 'vitest';
import { dequantizeToFloat32, quantizeFloat32 } from '../../../../src/arith/tflite/quantize.js';
import { int8 } from './grids.js';

it('a float32 is quantized half away from zero, and clamped', () => {
  const grid = int8(1);
  expect([-0.5, 0.5, 2.5, 1000, -1000].map((x) => quantizeFloat32(x, grid))).toEqual([-1, 1, 3, 127, -128]);
  expect(quantizeFloat32(0.5, int8(0.25, 7))).toBe(9);
});

it('the quotient is a float32 before it is rounded', () => {
  // 6 / 1.7142857313156128 = 3.49999996…
  expect(quantizeFloat32(6, int8(1.7142857313156128))).toBe(4);
});

it('a code is dequantized with one rounding to float32', () => {
  expect(dequantizeToFloat32(5, int8(0.1, 2))).toBe(0.30000001192092896);
});
