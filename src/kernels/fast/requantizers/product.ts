import { assert } from '../../../core/errors.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import { roundingAddends, type RoundingAddends } from '../rounding-addends.js';
import type { Round } from './round.js';

/**
 * One rounding of a product, without bigint: `round(acc · multiplier / 2^shift)`.
 *
 * A product of 63 bits does not fit a double, so the accumulator is split, acc = 2^16 · high + low, and so is
 *
 *     acc · multiplier = 2^t · top + rest      t = min(16, shift), 0 <= rest < 2^t
 *     top  = high · multiplier · 2^(16 − t) + floor(low · multiplier / 2^t)
 *
 * With shift >= 16 every step is exact: |high · multiplier| <= 2^47 and low · multiplier < 2^47. A rounding mode adds
 * some A = 2^t · topAddend + restAddend and floors (`../rounding-addends.ts`), so the result is
 *
 *     floor((top + topAddend + carry) / 2^(shift − t))      carry = 1 where rest + restAddend reaches 2^t, else 0
 *
 * With shift < 16 nothing is left to divide by. The sum in `top` may then exceed 2^53 and be rounded, to a double of the
 * same sign that is at least 2^53: results below 2^53 in magnitude are exact, wider ones clamp to the right end.
 *
 * @param multiplier |acc · multiplier| < 2^63 and |multiplier| <= 2^31. Modes that look at the sign take that of the
 *   accumulator, and need a multiplier that is not negative.
 * @param shift 0 … 63.
 */
export function roundProduct(multiplier: number, shift: number, mode: RoundingMode): Round {
  return roundWithAddends(multiplier, shift, roundingAddends(mode, shift));
}

/** The same with any addends of magnitudes below 2^62 instead of those of a mode. */
export function roundWithAddends(
  multiplier: number,
  shift: number,
  { chosenBy, addends }: RoundingAddends,
): Round {
  assert(chosenBy === 'parity' || addends[0] === addends[1] || multiplier >= 0, 'a sign is of the product', {
    multiplier,
  });
  const restBits = Math.min(16, shift);
  const [first, second] = [splitAddend(addends[0], restBits), splitAddend(addends[1], restBits)];
  const topScale = 2 ** (restBits - shift);
  const neverCarries = restBits === 16 && addends[0] === addends[1] && first.rest === 0;
  if (neverCarries) return withoutRest(multiplier, topScale, first.top);
  const split = { multiplier, restBits, topScale };
  return chosenBy === 'sign' ? bySign(split, first, second) : byParity(split, first, second);
}

/**
 * The same, cut to int32 as a register without a clamp does.
 *
 * With shift >= 16 the rounded value is an exact integer of less than 2^48, and `| 0` keeps its low 32 bits. Below, the
 * addend must not depend on the sign; the result is the sum of four integers, of which two may be reduced modulo 2^32
 * first: high · multiplier · 2^(16 − shift), exact because it has the bits of high · multiplier, and topAddend. What
 * remains is below 2^49.
 */
export function wrapProduct(multiplier: number, shift: number, rounding: RoundingAddends): Round {
  if (shift >= 16) {
    const round = roundWithAddends(multiplier, shift, rounding);
    return (acc) => round(acc) | 0;
  }
  const [addend, other] = rounding.addends;
  assert(addend === other, 'short shifts that wrap add the same to every product', { rounding });
  const { top, rest } = splitAddend(addend, shift);
  const topAddend = top | 0;
  const highMultiplier = multiplier * 2 ** (16 - shift);
  const restUnit = 2 ** shift;
  const restScale = 2 ** -shift;
  return (acc) => {
    const low = (acc & 0xffff) * multiplier;
    const lowTop = Math.floor(low * restScale);
    const carry = low - lowTop * restUnit + rest >= restUnit ? 1 : 0;
    const highTop = (Math.floor(acc * 2 ** -16) * highMultiplier) | 0;
    return (highTop + lowTop + topAddend + carry) | 0;
  };
}

/** Always the same addend: ties up where it is half, down where it is nothing; offsets of batch normalization. */
export function always(addend: bigint): RoundingAddends {
  return { chosenBy: 'sign', addends: [addend, addend] };
}

/** Half, and beyond a shift of 31 another 2^30 in the direction of the accumulator: gemmlowp's two roundings in TOSA. */
export function fusedAddends(shift: number): RoundingAddends {
  const half = 1n << BigInt(shift - 1);
  const nudge = shift > 31 ? 1n << 30n : 0n;
  return { chosenBy: 'sign', addends: [half + nudge, half - nudge] };
}

/** `2^restBits · top + rest`, 0 <= rest < 2^restBits. */
interface Addend {
  readonly top: number;
  readonly rest: number;
}

function splitAddend(addend: bigint, restBits: number): Addend {
  const top = addend >> BigInt(restBits);
  return { top: Number(top), rest: Number(addend - (top << BigInt(restBits))) };
}

interface Split {
  readonly multiplier: number;
  /** t, the bits of the product kept apart. */
  readonly restBits: number;
  /** `2^(t − shift)`. */
  readonly topScale: number;
}

/** Addends that are the same multiple of 2^16: `rest` never carries and is not made. */
function withoutRest(multiplier: number, topScale: number, topAddend: number): Round {
  return (acc) => {
    const lowTop = Math.floor((acc & 0xffff) * multiplier * 2 ** -16);
    return Math.floor((Math.floor(acc * 2 ** -16) * multiplier + lowTop + topAddend) * topScale);
  };
}

/** Addends that depend on the sign of the accumulator, or on nothing. */
function bySign({ multiplier, restBits, topScale }: Split, positive: Addend, negative: Addend): Round {
  const highMultiplier = multiplier * 2 ** (16 - restBits);
  const restUnit = 2 ** restBits;
  const restScale = 2 ** -restBits;
  return (acc) => {
    const low = (acc & 0xffff) * multiplier;
    const lowTop = Math.floor(low * restScale);
    const addend = acc < 0 ? negative : positive;
    const carry = low - lowTop * restUnit + addend.rest >= restUnit ? 1 : 0;
    const top = Math.floor(acc * 2 ** -16) * highMultiplier + lowTop;
    return Math.floor((top + addend.top + carry) * topScale);
  };
}

/** Addends that depend on whether the quotient rounded down is odd. */
function byParity({ multiplier, restBits, topScale }: Split, even: Addend, odd: Addend): Round {
  const highMultiplier = multiplier * 2 ** (16 - restBits);
  const restUnit = 2 ** restBits;
  const restScale = 2 ** -restBits;
  return (acc) => {
    const low = (acc & 0xffff) * multiplier;
    const lowTop = Math.floor(low * restScale);
    const top = Math.floor(acc * 2 ** -16) * highMultiplier + lowTop;
    const addend = Math.floor(top * topScale) & 1 ? odd : even;
    const carry = low - lowTop * restUnit + addend.rest >= restUnit ? 1 : 0;
    return Math.floor((top + addend.top + carry) * topScale);
  };
}
