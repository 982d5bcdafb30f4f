import { expect, it } from 'vitest';
import { fusedMultiplyAdd } from '../../../src/arith/float32.js';

const e = 2 ** -12;

it('keeps what rounding the product would lose', () => {
  expect(fusedMultiplyAdd(1 + e, 1 + e, -(1 + 2 * e))).toBe(2 ** -24);
});

it('rounds once where the double sum lies on a tie of float32 that the exact sum does not', () => {
  const tie = 1 + 2 ** -23; // 1 + 2^-24 is half way between 1 and this
  expect(fusedMultiplyAdd(2 ** -24, 1, 1)).toBe(1);
  expect(fusedMultiplyAdd(2 ** -47 + 2 ** -70, 2 ** 23, 1)).toBe(tie);
  expect(fusedMultiplyAdd(2 ** -47 - 2 ** -70, 2 ** 23, 1)).toBe(1);
  expect(fusedMultiplyAdd(-(2 ** -47) - 2 ** -70, 2 ** 23, -1)).toBe(-tie);
});

it('leaves a double sum alone that is odd already, next to a tie', () => {
  // 1 + 2^-23 + 2^-24 is a tie; the exact sum is 7 · 2^-55 below it, the double sum 8 · 2^-55
  expect(fusedMultiplyAdd(2699 * 2 ** -25, 795659 * 2 ** -30, 1 + 2 ** -23)).toBe(1 + 2 ** -23);
});

it('handles zeros and infinities as the instruction does', () => {
  expect(fusedMultiplyAdd(0, 5, 0)).toBe(0);
  expect(fusedMultiplyAdd(3, 4, -12)).toBe(0);
  expect(fusedMultiplyAdd(Infinity, 2, 1)).toBe(Infinity);
  expect(fusedMultiplyAdd(2 ** 100, 2 ** 100, 1)).toBe(Infinity);
  expect(fusedMultiplyAdd(Infinity, 1, -Infinity)).toBe(NaN);
});
