import { expect, it } from 'vitest';
import { bitLength, fixedPointLn, integerSqrt } from '../../../src/arith/integer-math.js';

it('counts bits', () => {
  expect([0n, 1n, 255n, 256n, 1n << 99n].map(bitLength)).toEqual([1, 1, 8, 9, 100]);
});

it('the integer square root is the largest integer whose square fits, up to 2^16 and around large squares', () => {
  const small = Array.from({ length: 65536 }, (_, i) => BigInt(i));
  const large = [1n << 53n, 1n << 63n, 10n ** 40n].flatMap((root) => [
    root * root - 1n,
    root * root,
    root * root + 1n,
  ]);
  const wrong = [...small, ...large].filter((value) => {
    const root = integerSqrt(value);
    return root * root > value || (root + 1n) * (root + 1n) <= value;
  });
  expect(wrong).toEqual([]);
  expect(() => integerSqrt(-1n)).toThrow('a square root is taken of a non-negative integer');
});

it.each([0, 8, 16, 24])('the logarithm with %d fraction bits stays within its bound', (fractionBits) => {
  const values = Array.from({ length: 3000 }, (_, i) => 1n + BigInt(i) ** 3n * BigInt(2 ** fractionBits));
  const bound = 0.5 + 2 ** (fractionBits - 32) + 1e-6;
  const wrong = values.filter((value) => {
    const exact = (Math.log(Number(value)) - fractionBits * Math.LN2) * 2 ** fractionBits;
    return Math.abs(Number(fixedPointLn(value, fractionBits)) - exact) > bound;
  });
  expect(wrong).toEqual([]);
});

it('the logarithm of 1 is 0, of 2 is ln 2, of 1/2 is -ln 2', () => {
  const ln = [1n << 30n, 2n << 30n, 1n << 29n].map((value) => Number(fixedPointLn(value, 30)) / 2 ** 30);
  expect(ln[0]).toBe(0);
  expect(ln[1]).toBeCloseTo(Math.LN2, 9);
  expect(ln[2]).toBeCloseTo(-Math.LN2, 9);
});

it('refuses what has no logarithm', () => {
  expect(() => fixedPointLn(0n, 16)).toThrow('a logarithm is taken of');
  expect(() => fixedPointLn(1n << 62n, 16)).toThrow('a logarithm is taken of');
  expect(() => fixedPointLn(1n, 33)).toThrow('at most 32 fraction bits');
});
