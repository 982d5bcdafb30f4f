import { expect, it } from 'vitest';
import { logisticOfInt16, tanhOfInt16 } from '../../../src/arith/gemmlowp-int16.js';

const codes = Array.from({ length: 2 ** 16 }, (_, i) => i - 2 ** 15);

/** The largest error over all codes, in units of 2^−15. */
const worst = (f: (code: number) => number, exact: (x: number) => number): number =>
  Math.max(...codes.map((code) => Math.abs(f(code) - exact(code / 4096) * 32768)));

it('the logistic function stays within 2^-11, tanh within 2^-10, of every int16 with 3 integer bits', () => {
  expect(worst(logisticOfInt16, (x) => 1 / (1 + Math.exp(-x)))).toBeLessThan(16);
  expect(worst(tanhOfInt16, Math.tanh)).toBeLessThan(32);
});

it('both are exact at 0; tanh is odd, and the logistic function and its mirror image add up to the largest code', () => {
  expect([logisticOfInt16(0), tanhOfInt16(0)]).toEqual([16384, 0]);
  for (const code of codes.filter((code) => code > 0)) {
    expect(tanhOfInt16(-code)).toBe(-tanhOfInt16(code));
    expect(logisticOfInt16(-code)).toBe(32767 - logisticOfInt16(code));
  }
});

it('an operand beyond int16 is refused', () => {
  expect(() => tanhOfInt16(32768)).toThrow('the operand is an int16');
});
