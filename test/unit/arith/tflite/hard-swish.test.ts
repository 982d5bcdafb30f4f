import { expect, it } from 'vitest';
import { hardSwish, prepareHardSwish } from '../../../../src/arith/tflite/hard-swish.js';
import { int8 } from './grids.js';

// Scale 3/128 on both sides: a code is 2^8 on the scale where 3 is 2^15, and the output factor is 1/128.
const parameters = prepareHardSwish(int8(3 / 128), int8(3 / 128));

it('prepares 15-bit multipliers with their exponents', () => {
  expect(parameters.toGate).toEqual({ multiplier: 16384n, exponent: 2 });
  expect(parameters.toOutput).toEqual({ multiplier: 16384n, exponent: -6 });
});

it.each([
  { why: '1.5 · 4.5 / 6', code: 64, want: 48 },
  { why: 'the gate is closed at -3', code: -128, want: 0 },
  { why: '126.5 ties away from zero', code: 127, want: 127 },
  { why: 'the product -31.75 is truncated to -31, which rounds to 0', code: -1, want: 0 },
  { why: '-1.5 · 1.5 / 6 = -0.375 is -16 codes', code: -64, want: -16 },
])('$why', ({ code, want }) => {
  expect(hardSwish(code, parameters)).toBe(want);
});

it('saturates the gate above 3, and divides where the scale of the gate is finer', () => {
  const coarse = prepareHardSwish(int8(1, -20), int8(1, 5));
  expect([-20, -10, 100].map((code) => hardSwish(code, coarse))).toEqual([5, 15, 125]);
  const fine = prepareHardSwish(int8(3 / 2 ** 16), int8(3 / 2 ** 16));
  expect(fine.toGate.exponent).toBe(-7);
  expect(hardSwish(100, fine)).toBe(50);
});
