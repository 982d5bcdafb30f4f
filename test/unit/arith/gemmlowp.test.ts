import { expect, it } from 'vitest';
import {
  expOnNegativeValues,
  oneOverOnePlus,
  reciprocal,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../../../src/arith/gemmlowp.js';

const highMul = saturatingRoundingDoublingHighMul;

it('the doubling high multiply ties up on both sides of zero', () => {
  expect([highMul(2n ** 30n, 1n), highMul(-(2n ** 30n), 1n), highMul(-3n, 2n ** 30n)]).toEqual([1n, 0n, -1n]);
});

it('the doubling high multiply saturates its one overflow', () => {
  expect(highMul(-(2n ** 31n), -(2n ** 31n))).toBe(2n ** 31n - 1n);
});

it('the rounding divide ties away from zero and cannot overflow', () => {
  expect([roundingDivideByPot(-2n, 2), roundingDivideByPot(2n, 2)]).toEqual([-1n, 1n]);
  expect([roundingDivideByPot(2n ** 31n - 1n, 31), roundingDivideByPot(-(2n ** 31n), 31)]).toEqual([1n, -1n]);
  expect(roundingDivideByPot(-7n, 0)).toBe(-7n);
  expect(() => roundingDivideByPot(1n, 32)).toThrow('a rounding divide shifts by 0 to 31');
});

it('the exponential stays within 2^-22 of exp on [-32, 0]: its polynomial has degree 4', () => {
  const errors = Array.from({ length: 4096 }, (_, i) => {
    const raw = -i * 2 ** 19 - (i % 7);
    return Math.abs(Number(expOnNegativeValues(BigInt(raw))) / 2 ** 31 - Math.exp(raw / 2 ** 26));
  });
  expect(Math.max(...errors)).toBeLessThan(2 ** -22);
  expect(() => expOnNegativeValues(1n)).toThrow('the operand is an int32 of at most 0');
});

it('1 / (1 + a) stays within 2^-28 on [0, 1]', () => {
  const errors = Array.from({ length: 1025 }, (_, i) => {
    const raw = Math.min(i * 2 ** 21, 2 ** 31 - 1);
    return Math.abs(Number(oneOverOnePlus(BigInt(raw))) / 2 ** 31 - 1 / (1 + raw / 2 ** 31));
  });
  expect(Math.max(...errors)).toBeLessThan(2 ** -28);
});

it('a reciprocal is the scaled inverse with its exponent', () => {
  const values = [1, 3, 2 ** 19, 2 ** 19 * 1000 + 7, 2 ** 32 - 1];
  const errors = values.map((value) => {
    const { scaled, bitsOverUnit } = reciprocal(BigInt(value), 12);
    const inverse = Number(scaled) * 2 ** -(31 + bitsOverUnit);
    return Math.abs((inverse * value) / 2 ** (31 - 12) - 1);
  });
  expect(Math.max(...errors)).toBeLessThan(2 ** -27);
  expect(() => reciprocal(0n, 12)).toThrow('the operand is a positive uint32');
});
