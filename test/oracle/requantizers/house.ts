import type { RoundingMode } from '../../../src/arith/rounding.js';
import { placed, rounded, shiftedInInt32 } from './registers.js';
import type { Oracle } from './oracle.js';

/** Requantizers of no stack: one rounding by any mode, or two. */

export const shiftBy =
  (mode: RoundingMode): Oracle =>
  ({ acc, parameters, output }) =>
    placed(rounded(acc, parameters['shift']!, mode), output);

export const multiplyShiftBy =
  (mode: RoundingMode): Oracle =>
  ({ acc, parameters, output }) =>
    placed(rounded(acc * BigInt(parameters['multiplier']!), parameters['rightShift']!, mode), output);

/** A number drawn from [0, 2^shift) is added before the lower bits are cut. */
export const stochastic: Oracle = ({ acc, parameters, output }) =>
  placed(rounded(acc + BigInt(parameters['random']!), parameters['shift']!, 'floor'), output);

/** First to units of 2^31, ties up; then to units of 2^k, ties away from zero. */
export function twiceRounded(acc: bigint, multiplier: bigint, leftShift: number): bigint {
  const high = rounded(shiftedInInt32(acc, Math.max(leftShift, 0)) * multiplier, 31, 'halfUp');
  return rounded(high, Math.max(-leftShift, 0), 'halfAwayFromZero');
}

export const doubleRounding: Oracle = ({ acc, parameters, output }) =>
  placed(twiceRounded(acc, BigInt(parameters['multiplier']!), parameters['leftShift']!), output);
