import { roundingAddends } from '../rounding-addends.js';
import { lowestWhereBeyond32, saturate16, saturate17, saturate32, saturate8, wrap8 } from '../saturate.js';
import type { Arithmetic, Finish, Narrowing } from './arithmetic.js';
import {
  addRandom,
  addThenMultiply,
  moveThenMultiply16,
  multiplyInInt32,
  shiftInInt32,
} from './converters.js';
import { awayFromZero, nearestOfMacro, nearestProduct, nearestSum } from './float-scale.js';
import { withOverflow } from './overflow.js';
import { always, fusedAddends, roundProduct, wrapProduct } from './product.js';
import type { Round } from './round.js';
import { floorThenUp, roundTwice, roundTwiceWrapping, saturateFloorThenUp } from './twice.js';

const NARROWINGS: Readonly<Record<Narrowing, (value: number) => number>> = {
  saturate8,
  saturate16,
  saturate17,
  saturate32,
  lowestWhereBeyond32,
  wrap8,
};

/**
 * Ways from a rounded value to a code. A value beyond 2^53 is far outside int32 with any zero point, so it ends at the
 * clamp it belongs to although its last digits are not exact.
 */

/** Adds the zero point in arithmetic that cannot overflow, and clamps. */
const addExactly: Finish<Round> = (round, { zeroPoint, min, max }) => {
  return (acc) => Math.max(min, Math.min(max, round(acc) + zeroPoint));
};

/** Adds the zero point in int32, which wraps, and clamps. The rounded value is an int32. */
const addWrapping: Finish<Round> = (round, { zeroPoint, min, max }) => {
  return (acc) => Math.max(min, Math.min(max, (round(acc) + zeroPoint) | 0));
};

/** Clamps, for hardware without a zero point and where the zero point is in the value already. */
const clampOnly: Finish<Round> = (round, { min, max }) => {
  return (acc) => Math.max(min, Math.min(max, round(acc) + 0)); // −0 becomes 0
};

/** Rules as functions of numbers, everything but the accumulator bound. */
export const closures: Arithmetic<Round> = {
  roundProduct,
  wrapProduct: (multiplier, shift, mode) => wrapProduct(multiplier, shift, roundingAddends(mode, shift)),
  wrapAffine: (multiplier, offset, shift) => wrapProduct(multiplier, shift, always(offset)),
  wrapFusedTwice: (multiplier, shift) => wrapProduct(multiplier, shift, fusedAddends(shift)),
  halveAfterCut: (multiplier, shift) => {
    const cut = wrapProduct(multiplier, shift, always(0n));
    return (acc) => ((cut(acc) + 1) | 0) >> 1;
  },
  roundTwice,
  roundTwiceWrapping,
  floorThenUp,
  saturateFloorThenUp,
  addThenMultiply,
  moveThenMultiply16,
  addRandom,
  multiplyInInt32,
  shiftInInt32,
  nearestProduct,
  nearestSum,
  awayFromZero,
  nearestOfMacro,
  narrow: (round, to) => {
    const narrowing = NARROWINGS[to];
    return (acc) => narrowing(round(acc));
  },
  withOverflow,
  addExactly,
  addWrapping,
  clampOnly,
};
