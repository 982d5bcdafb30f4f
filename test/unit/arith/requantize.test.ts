import { describe, expect, it } from 'vitest';
import { requantize, requantizerFor, requantizeToCode, type Requantizer } from '../../../src/arith/index.js';

/** White paper reference, 6.1: the same factor with one rounding and with two. */
describe('results before the zero point', () => {
  it.each([
    { acc: 1, factor: 0.5, single: 1, double: 1 },
    { acc: -1, factor: 0.5, single: 0, double: 0 },
    { acc: 3, factor: 0.5, single: 2, double: 2 },
    { acc: -3, factor: 0.5, single: -1, double: -1 },
    { acc: -5, factor: 0.5, single: -2, double: -2 },
    { acc: 2, factor: 0.25, single: 1, double: 1 },
    { acc: -2, factor: 0.25, single: 0, double: -1 },
    { acc: -6, factor: 0.25, single: -1, double: -2 },
    { acc: 10, factor: 0.25, single: 3, double: 3 },
    { acc: -10, factor: 0.25, single: -2, double: -3 },
    { acc: 1000, factor: 0.0125, single: 12, double: 13 },
    { acc: -1000, factor: 0.0125, single: -12, double: -13 },
    { acc: 12345, factor: 0.0125, single: 154, double: 154 },
    { acc: -12345, factor: 0.0125, single: -154, double: -154 },
    { acc: 19999, factor: 1 / 3, single: 6666, double: 6667 },
    { acc: -19999, factor: 1 / 3, single: -6666, double: -6667 },
    { acc: 2147483647, factor: 0.0125, single: 26843546, double: 26843546 },
    { acc: -2147483648, factor: 0.0125, single: -26843546, double: -26843546 },
  ])('$acc * $factor is $single rounded once, $double rounded twice', ({ acc, factor, single, double }) => {
    const rounded = (['single', 'double'] as const).map((style) =>
      Number(requantize(acc, requantizerFor([factor], style), 0)),
    );
    expect(rounded).toEqual([single, double]);
  });
});

it('wraps a gemmlowp left shift in int32, as its source does', () => {
  const doubled: Requantizer = { kind: 'doubleRounding', multipliers: [2 ** 30], leftShifts: [2] };
  expect(requantize(2 ** 29 - 1, doubled, 0)).toBe(2n ** 30n - 2n);
  expect(requantize(2 ** 29, doubled, 0)).toBe(-(2n ** 30n));
});

it('shifts to the left exactly where a power-of-two factor exceeds 1', () => {
  const shift: Requantizer = { kind: 'shift', rounding: 'floor', shifts: [-3] };
  expect(requantize(-(2 ** 31), shift, 0)).toBe(-(2n ** 34n));
});

it('rounds a shift by its own mode', () => {
  const floor: Requantizer = { kind: 'shift', rounding: 'floor', shifts: [2] };
  const halfEven: Requantizer = { ...floor, rounding: 'halfEven' };
  expect([requantize(-6, floor, 0), requantize(-6, halfEven, 0)]).toEqual([-2n, -2n]);
  expect([requantize(-5, floor, 0), requantize(-5, halfEven, 0)]).toEqual([-2n, -1n]);
});

it('takes each channel its own entry, and every channel a single one', () => {
  const perChannel: Requantizer = { kind: 'shift', rounding: 'floor', shifts: [0, 1, 2] };
  expect([0, 1, 2].map((channel) => Number(requantize(8, perChannel, channel)))).toEqual([8, 4, 2]);
  const shared: Requantizer = { kind: 'shift', rounding: 'floor', shifts: [1] };
  expect([0, 1, 2].map((channel) => Number(requantize(8, shared, channel)))).toEqual([4, 4, 4]);
});

it('adds the zero point exactly where TFLite would wrap', () => {
  const one = requantizerFor([1], 'single');
  expect(requantizeToCode(2147483647, one, 0, 127, { min: -128, max: 127 })).toBe(127);
});

it('clamps after the zero point', () => {
  const one = requantizerFor([1], 'single');
  const relu = { min: -100, max: 127 };
  expect([-50, 0, 100, 300].map((acc) => requantizeToCode(acc, one, 0, -100, relu))).toEqual([
    -100, -100, 0, 127,
  ]);
});
