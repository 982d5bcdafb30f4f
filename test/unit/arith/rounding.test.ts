import { describe, expect, it } from 'vitest';
import { roundQuotient, roundShift } from '../../../src/arith/rounding.js';
import { ROUNDED_TIES } from '../../support/rounding-ties.js';

describe('every mode at the ties -2.5, -1.5, -0.5, 0.5, 1.5, 2.5', () => {
  it.each(ROUNDED_TIES)('%s', (mode, expected) => {
    const ties = [-5n, -3n, -1n, 1n, 3n, 5n];
    expect(ties.map((value) => Number(roundShift(value, 1, mode)))).toEqual(expected);
  });
});

describe('a rounded right shift, as the white paper reference tabulates it', () => {
  const modes = ['floor', 'towardZero', 'halfUp', 'halfAwayFromZero', 'halfEven'] as const;
  it.each([
    { value: 5n, shift: 1, expected: [2, 2, 3, 3, 2] },
    { value: -5n, shift: 1, expected: [-3, -2, -2, -3, -2] },
    { value: 3n, shift: 1, expected: [1, 1, 2, 2, 2] },
    { value: -3n, shift: 1, expected: [-2, -1, -1, -2, -2] },
    { value: 7n, shift: 2, expected: [1, 1, 2, 2, 2] },
    { value: -7n, shift: 2, expected: [-2, -1, -2, -2, -2] },
  ])('$value / 2^$shift', ({ value, shift, expected }) => {
    expect(modes.map((mode) => Number(roundShift(value, shift, mode)))).toEqual(expected);
  });
});

it('moves 2.25 to 3 under jam, which is not a nearest mode', () => {
  expect(roundShift(9n, 2, 'jam')).toBe(3n);
});

it('keeps exact quotients, whatever the mode', () => {
  expect(roundQuotient(-12n, 3n, 'awayFromZero')).toBe(-4n);
});

it('rounds beyond 64 bits exactly', () => {
  expect(roundShift((1n << 100n) + 1n, 100, 'halfUp')).toBe(1n);
  expect(roundShift(-(1n << 100n) - 1n, 101, 'halfUp')).toBe(-1n);
});

it('refuses divisors and shifts that mean nothing', () => {
  expect(() => roundQuotient(1n, 0n, 'floor')).toThrow('a divisor is positive');
  expect(() => roundShift(1n, -1, 'floor')).toThrow('shiftBits counts bits');
  expect(() => roundShift(1n, 0.5, 'floor')).toThrow('shiftBits counts bits');
});
