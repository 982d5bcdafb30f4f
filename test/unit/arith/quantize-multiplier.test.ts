import { describe, expect, it } from 'vitest';
import { quantizeMultiplier, requantizerFor } from '../../../src/arith/index.js';

describe('a factor becomes a 31-bit multiplier and a shift', () => {
  it.each([
    { factor: 0.5, multiplier: 1073741824, leftShift: 0 },
    { factor: 0.25, multiplier: 1073741824, leftShift: -1 },
    { factor: 0.1, multiplier: 1717986918, leftShift: -3 },
    { factor: 0.3, multiplier: 1288490189, leftShift: -1 },
    { factor: 1 / 3, multiplier: 1431655765, leftShift: -1 },
    { factor: 0.0125, multiplier: 1717986918, leftShift: -6 },
    { factor: 0.00390625, multiplier: 1073741824, leftShift: -7 },
    { factor: 0.75, multiplier: 1610612736, leftShift: 0 },
    { factor: 1.5, multiplier: 1610612736, leftShift: 1 },
    { factor: 0, multiplier: 0, leftShift: 0 },
  ])('$factor', ({ factor, multiplier, leftShift }) => {
    expect(quantizeMultiplier(factor)).toEqual({ multiplier, leftShift });
  });

  it('renormalizes a mantissa that rounds up to 2^31', () => {
    expect(quantizeMultiplier(1 - 2 ** -32)).toEqual({ multiplier: 2 ** 30, leftShift: 1 });
  });

  it('flushes what lies below 2^-32 to zero, unless it rounds up to it', () => {
    expect(quantizeMultiplier(2 ** -32)).toEqual({ multiplier: 2 ** 30, leftShift: -31 });
    expect(quantizeMultiplier(2 ** -32 * (1 - 2 ** -32))).toEqual({ multiplier: 2 ** 30, leftShift: -31 });
    expect(quantizeMultiplier(2 ** -32 * (1 - 2 ** -30))).toEqual({ multiplier: 0, leftShift: 0 });
    expect(quantizeMultiplier(Number.MIN_VALUE)).toEqual({ multiplier: 0, leftShift: 0 });
  });

  it('rounds the 31-bit mantissa half away from zero', () => {
    expect(quantizeMultiplier((2 ** 30 + 0.5) / 2 ** 31).multiplier).toBe(2 ** 30 + 1);
  });

  it.each([-1, NaN, Infinity])('refuses %d', (factor) => {
    expect(() => quantizeMultiplier(factor)).toThrow('a factor is finite and not negative');
  });
});

describe('a requantizer of a style', () => {
  const factors = [0.75, 2 ** -40];

  it('single: one rounding half up, right shifts', () => {
    expect(requantizerFor(factors, 'single')).toEqual({
      kind: 'multiplyShift',
      rounding: 'halfUp',
      multipliers: [1610612736, 0],
      shifts: [31, 31],
    });
  });

  it('double: gemmlowp, left shifts', () => {
    expect(requantizerFor(factors, 'double')).toEqual({
      kind: 'doubleRounding',
      multipliers: [1610612736, 0],
      leftShifts: [0, 0],
    });
  });

  it('shift: the exponents of powers of two, from 2^31 down to what is zero for every int32', () => {
    expect(requantizerFor([2 ** 31, 1, 2 ** -7, 2 ** -100], 'shift')).toEqual({
      kind: 'shift',
      rounding: 'halfUp',
      shifts: [-31, 0, 7, 62],
    });
  });

  it('spans every shift its form has', () => {
    expect(requantizerFor([2 ** 31 - 1, 2 ** -32], 'single')).toMatchObject({ shifts: [0, 62] });
    expect(requantizerFor([2 ** 30 - 1, 2 ** -32], 'double')).toMatchObject({ leftShifts: [30, -31] });
  });

  it.each([
    { style: 'single', factor: 2 ** 31, message: 'a factor is below 2^31' },
    { style: 'single', factor: 2 ** 31 * (1 - 2 ** -40), message: 'a factor is below 2^31' },
    { style: 'double', factor: 2 ** 30, message: 'a factor is below 2^30' },
    { style: 'shift', factor: 2 ** 32, message: 'a factor is at most 2^31' },
    { style: 'shift', factor: 0.75, message: 'a factor of a pure shift is a power of two' },
    { style: 'shift', factor: 0, message: 'a factor is positive and finite' },
  ] as const)('$style refuses $factor', ({ style, factor, message }) => {
    expect(() => requantizerFor([factor], style)).toThrow(message);
  });
});
