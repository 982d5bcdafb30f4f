import { expect, it } from 'vitest';
import { floatScaleToCode } from '../../../src/arith/float-scale.js';

const int8 = { min: -128, max: 127 };

it.each([
  { why: 'a tie goes to even before the zero point is added', acc: 1, scale: 0.5, zeroPoint: 1, want: 1 },
  { why: '-2.5 ties to -2', acc: -5, scale: 0.5, zeroPoint: 0, want: -2 },
  { why: 'the clamp holds with the zero point', acc: 1000, scale: 1, zeroPoint: -100, want: 127 },
  { why: 'and below', acc: -1000, scale: 1, zeroPoint: 100, want: -128 },
  {
    why: 'the product is a float32: exact -9.49999984 becomes -9.5',
    acc: -4651142,
    scale: 2.0425090951903258e-6,
    zeroPoint: 0,
    want: -10,
  },
  {
    why: 'the accumulator is a float32: rounding the product alone would give the tie 57.5',
    acc: 209522295,
    scale: 2.7443380190561584e-7,
    zeroPoint: 0,
    want: 57,
  },
])('$why', ({ acc, scale, zeroPoint, want }) => {
  expect(floatScaleToCode(acc, scale, zeroPoint, int8)).toBe(want);
});
