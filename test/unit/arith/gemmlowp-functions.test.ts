import { expect, it } from 'vitest';
import {
  inverseSquareRoot,
  logistic,
  naturalLogarithm,
  tanh,
} from '../../../src/arith/gemmlowp-functions.js';

/** Operands spread over [−2^31, 2^31). */
const operands = Array.from({ length: 2001 }, (_, i) => Math.round((i / 2001 - 0.5) * 2 ** 32) + (i % 5));

const worst = (errors: readonly number[]): number => Math.max(...errors);

it.each([0, 3, 4, 5])('the logistic function stays within 2^-21 with %i integer bits', (integerBits) => {
  const errors = operands.map((raw) => {
    const x = raw / 2 ** (31 - integerBits);
    return Math.abs(Number(logistic(BigInt(raw), integerBits)) / 2 ** 31 - 1 / (1 + Math.exp(-x)));
  });
  expect(worst(errors)).toBeLessThan(2 ** -21);
});

it.each([0, 3, 4])('tanh stays within 2^-20 with %i integer bits', (integerBits) => {
  const errors = operands.map((raw) => {
    const x = raw / 2 ** (31 - integerBits);
    return Math.abs(Number(tanh(BigInt(raw), integerBits)) / 2 ** 31 - Math.tanh(x));
  });
  expect(worst(errors)).toBeLessThan(2 ** -20);
});

it('logistic and tanh are exact at 0 and symmetric about it', () => {
  expect([logistic(0n), tanh(0n)]).toEqual([2n ** 30n, 0n]);
  expect(logistic(12345678n) + logistic(-12345678n)).toBe(2n ** 31n - 1n);
  expect(tanh(12345678n)).toBe(-tanh(-12345678n));
});

it('an exponent of more than five integer bits is refused', () => {
  expect(() => logistic(1n, 6)).toThrow('an exponent has 0 to 5 integer bits');
});

it('the inverse square root of 4 is 1/2, four units too large; that of 0 and 1 the largest multiplier', () => {
  expect(inverseSquareRoot(4n)).toEqual({ multiplier: 1073741828, leftShift: 0 });
  const largest = { multiplier: 2 ** 31 - 1, leftShift: 0 };
  expect([inverseSquareRoot(0n), inverseSquareRoot(1n)]).toEqual([largest, largest]);
});

it('inverse square roots stay within 2^-19 of themselves over all of int32', () => {
  const values = Array.from({ length: 600 }, (_, i) => Math.min(Math.ceil(1.037 ** i) + 1, 2 ** 31 - 1));
  const errors = values.map((value) => {
    const { multiplier, leftShift } = inverseSquareRoot(BigInt(value));
    return Math.abs(multiplier * 2 ** (leftShift - 31) * Math.sqrt(value) - 1);
  });
  expect(worst(errors)).toBeLessThan(2 ** -19);
});

it('the logarithm of Q12.19 stays within 2^-20 in Q5.26, from 1 to 4095', () => {
  const values = Array.from({ length: 1000 }, (_, i) => Math.min(2 ** 19 * 1.0084 ** i, 2 ** 31 - 1));
  const errors = values.map((value) => {
    const raw = Math.round(value);
    const logarithm = Number(naturalLogarithm(BigInt(raw), 12, 5)) / 2 ** 26;
    return Math.abs(logarithm - Math.log(raw / 2 ** 19));
  });
  expect(worst(errors)).toBeLessThan(2 ** -20);
});
