import { expect, it } from 'vitest';
import { ROUNDING_MODES, roundShift, type RoundingMode } from '../../src/arith/rounding.js';
import { roundShiftRational } from '../oracle/rational.js';

/** The closed forms of every mode on small integers: h is half of 2^s, f the floor of the quotient. */
const closedForms: Readonly<Record<RoundingMode, (x: number, s: number, h: number, f: number) => number>> = {
  floor: (_x, _s, _h, f) => f,
  ceil: (x, s) => -(-x >> s),
  towardZero: (x, s) => (x + (x < 0 ? 2 ** s - 1 : 0)) >> s,
  awayFromZero: (x, s) => (x + (x > 0 ? 2 ** s - 1 : 0)) >> s,
  halfUp: (x, s, h) => (x + h) >> s,
  halfDown: (x, s, h) => (x + h - 1) >> s,
  halfAwayFromZero: (x, s, h) => (x + h - (x < 0 ? 1 : 0)) >> s,
  halfTowardZero: (x, s, h) => (x + h - (x >= 0 ? 1 : 0)) >> s,
  halfEven: (x, s, h, f) => (x + h - 1 + (f & 1)) >> s,
  halfOdd: (x, s, h, f) => (x + h - (f & 1)) >> s,
  jam: (x, s, _h, f) => f | ((x & (2 ** s - 1)) === 0 ? 0 : 1),
};

it.each(ROUNDING_MODES)('%s equals its closed form on all 12-bit values and shifts', (mode) => {
  const wrong: string[] = [];
  for (let x = -2048; x < 2048; x += 1) {
    for (let shift = 1; shift <= 13; shift += 1) {
      const expected = closedForms[mode](x, shift, 2 ** (shift - 1), x >> shift);
      const observed = Number(roundShift(BigInt(x), shift, mode));
      if (observed !== expected) wrong.push(`${x} >> ${shift} -> ${observed}, expected ${expected}`);
    }
  }
  expect(wrong).toEqual([]);
});

it.each(ROUNDING_MODES)(
  '%s equals its sentence in exact rationals on all 9-bit values and shifts',
  (mode) => {
    const wrong: string[] = [];
    for (let x = -256n; x < 256n; x += 1n) {
      for (let shift = 0; shift <= 10; shift += 1) {
        const expected = roundShiftRational(x, shift, mode);
        const observed = roundShift(x, shift, mode);
        if (observed !== expected) wrong.push(`${x} >> ${shift} -> ${observed}, expected ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);
