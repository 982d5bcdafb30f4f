import { describe, expect, it } from 'vitest';
import { roundDouble, roundDpu, roundHalfEven } from '../../../src/arith/float-rounding.js';
import { ROUNDING_MODES, type RoundingMode } from '../../../src/arith/rounding.js';
import { ROUNDED_TIES } from '../../support/rounding-ties.js';

describe('every mode at the ties -2.5, -1.5, -0.5, 0.5, 1.5, 2.5', () => {
  it.each(ROUNDED_TIES)('%s', (mode, expected) => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map((value) => roundDouble(value, mode))).toEqual(expected);
  });
});

const nearestModes: readonly RoundingMode[] = ROUNDING_MODES.filter((mode) => mode.startsWith('half'));

it.each(nearestModes)('%s takes the double below 1/2, and its negative, to 0', (mode) => {
  const almostHalf = 0.49999999999999994; // almostHalf + 0.5 is 1 in double arithmetic
  expect([roundDouble(almostHalf, mode), roundDouble(-almostHalf, mode)]).toEqual([0, 0]);
});

it('knows the tie of the largest doubles that have a fraction', () => {
  const tie = 2 ** 52 - 0.5;
  expect(roundDouble(tie, 'halfEven')).toBe(2 ** 52);
  expect(roundDouble(-tie, 'halfUp')).toBe(1 - 2 ** 52);
  expect(roundDouble(-tie, 'halfAwayFromZero')).toBe(-(2 ** 52));
});

it.each(ROUNDING_MODES)('%s keeps integers and infinities, and gives no negative zero', (mode) => {
  const values = [3, -7, 2 ** 60, -(2 ** 60), Infinity, -Infinity, 0, -0];
  expect(values.map((value) => roundDouble(value, mode))).toEqual([
    3,
    -7,
    2 ** 60,
    -(2 ** 60),
    Infinity,
    -Infinity,
    0,
    0,
  ]);
  expect(Object.is(roundDouble(-0.25, mode), -0)).toBe(false);
});

it('the half-even of inner loops does the same', () => {
  const values = [
    -2.5,
    -1.5,
    -0.5,
    0.5,
    1.5,
    2.5,
    0.49999999999999994,
    -0.49999999999999994,
    -1e-300,
    2 ** 51 - 0.5,
    0.5 - 2 ** 51,
    2 ** 51 + 0.5,
    1.5 - 2 ** 52,
    2 ** 52 - 0.5,
    -Infinity,
    NaN,
  ];
  expect(values.map((value) => roundHalfEven(value) + 0)).toEqual(
    values.map((value) => roundDouble(value, 'halfEven')),
  );
});

it('the rounding of the DPU takes ties of negative numbers up, the others to even', () => {
  expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map(roundDpu)).toEqual([-2, -1, 0, 0, 2, 2]);
  expect([-1.51, -1.49, 1.49, 1.51].map(roundDpu)).toEqual([-2, -1, 1, 2]);
});
