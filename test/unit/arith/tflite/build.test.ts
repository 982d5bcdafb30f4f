import { expect, it } from 'vitest';
import {
  multiplyByQuantizedMultiplier,
  multiplyInt64ByQuantizedMultiplier,
  quantizeMultiplierFor,
  requantizerOfFactors,
} from '../../../../src/arith/tflite/build.js';
import { codeOn } from '../../../../src/arith/tflite/grid.js';
import { roundHalfAway } from '../../../../src/arith/float-rounding.js';
import { int8 } from './grids.js';

it.each([
  { why: '1/4 goes to 1/2 and then to 1, or to 0 at once', x: 1n, m: 2 ** 30, s: -1, double: 1n, single: 0n },
  { why: '-1/2 ties away from zero, or up', x: -2n, m: 2 ** 30, s: -1, double: -1n, single: 0n },
  { why: '-6.4926 passes -6.5', x: -151n, m: 1477370759, s: -4, double: -7n, single: -6n },
  { why: '112.4859 passes 112.5', x: 4480n, m: 1725439486, s: -5, double: 113n, single: 112n },
  {
    why: 'a left shift leaves int32 before it is multiplied',
    x: 2n ** 30n,
    m: 2 ** 30,
    s: 2,
    double: 0n,
    single: -(2n ** 31n),
  },
  { why: 'a product leaves int32', x: 2n ** 31n - 1n, m: 2 ** 31 - 1, s: 2, double: -4n, single: -8n },
])('the builds differ: $why', ({ x, m, s, double, single }) => {
  expect(multiplyByQuantizedMultiplier(x, m, s, 'double')).toBe(double);
  expect(multiplyByQuantizedMultiplier(x, m, s, 'single')).toBe(single);
});

it('the int64 multiplication rounds the multiplier to 15 bits and the product once, up on ties', () => {
  expect(multiplyInt64ByQuantizedMultiplier(3n, 2 ** 30, 0)).toBe(2n);
  expect(multiplyInt64ByQuantizedMultiplier(-3n, 2 ** 30, 0)).toBe(-1n);
  expect(multiplyInt64ByQuantizedMultiplier(2n ** 31n, 2 ** 30, 0)).toBe(2n ** 30n);
  expect(multiplyInt64ByQuantizedMultiplier(2n ** 15n, 2 ** 30 + 2 ** 15, 0)).toBe(2n ** 14n + 1n);
  expect(multiplyInt64ByQuantizedMultiplier(2n ** 15n, 2 ** 31 - 1, 0)).toBe(2n ** 15n - 1n);
  expect(multiplyInt64ByQuantizedMultiplier(2n ** 40n, 2 ** 30, 0)).toBe(0n); // 2^39 wraps
});

it('only the build that rounds once saturates a large multiplier', () => {
  expect(quantizeMultiplierFor(2 ** 31, 'double')).toEqual({ multiplier: 2 ** 30, leftShift: 32 });
  expect(quantizeMultiplierFor(2 ** 31, 'single')).toEqual({ multiplier: 2 ** 31 - 1, leftShift: 30 });
  expect(quantizeMultiplierFor(0.5, 'single')).toEqual({ multiplier: 2 ** 30, leftShift: 0 });
});

it('requantizers hold the parameters of their build, channel by channel', () => {
  expect(requantizerOfFactors([0.25, 3], 'double')).toEqual({
    kind: 'doubleRounding',
    multipliers: [2 ** 30, 1.5 * 2 ** 30],
    leftShifts: [-1, 2],
  });
  expect(requantizerOfFactors([0.25, 3], 'single')).toEqual({
    kind: 'multiplyShift',
    rounding: 'halfUp',
    multipliers: [2 ** 30, 1.5 * 2 ** 30],
    shifts: [32, 29],
  });
});

it('the zero point is added in int32, which wraps, before the clamp', () => {
  expect(codeOn(int8(1, 127), 2147483646n)).toBe(-128);
  expect([codeOn(int8(1, 10), 200n), codeOn(int8(1, 10), -5n)]).toEqual([127, 5]);
});

it('a real number rounds half away from zero', () => {
  const rounded = [2.5, -2.5, 0.49999999999999994, -0.3, -1.75].map(roundHalfAway);
  expect(rounded).toEqual([3, -3, 0, 0, -2]);
});
