import { assert } from '../core/errors.js';
import { INT32, saturate, wrap } from './int-format.js';
import { bitLength } from './integer-math.js';
import { roundShift } from './rounding.js';

/**
 * gemmlowp's 32-bit fixed point (`fixedpoint/fixedpoint.h` at google/gemmlowp@16e8662c3491), bit for bit.
 *
 * A number Qi.f is an int32 whose value is `raw · 2^−f`, f = 31 − i. Operands are int32 values held in bigints.
 */

const ONE_Q29 = 1n << 29n;
const ONE_Q31 = (1n << 31n) - 1n; // the largest Q0.31, which stands for 1

/**
 * `SaturatingRoundingDoublingHighMul`: `a · b / 2^31` to nearest, ties up; `(−2^31)²` saturates.
 *
 * The source adds a nudge that depends on the sign and divides towards zero. That looks symmetric, but the nudge of
 * negative products is one off, so ties go up on both sides.
 *
 * @example
 * saturatingRoundingDoublingHighMul(-(2n ** 30n), 1n); // 0n: -0.5 ties up
 */
export function saturatingRoundingDoublingHighMul(a: bigint, b: bigint): bigint {
  return saturate(roundShift(a * b, 31, 'halfUp'), INT32);
}

/**
 * `RoundingDivideByPOT`: `value / 2^exponent` to nearest, ties away from zero; exponent 0 … 31.
 *
 * @example
 * roundingDivideByPot(-2n, 2); // -1n: -0.5 ties away from zero
 */
export function roundingDivideByPot(value: bigint, exponent: number): bigint {
  assert(exponent >= 0 && exponent <= 31, 'a rounding divide shifts by 0 to 31', { exponent });
  return roundShift(value, exponent, 'halfAwayFromZero');
}

/** Factors `exp(−2^power)` of the barrel shifter in `exp_on_negative_values`, in Q0.31. */
const EXPONENTIALS_OF_POWERS: readonly { readonly power: number; readonly factor: bigint }[] = [
  { power: -2, factor: 1672461947n },
  { power: -1, factor: 1302514674n },
  { power: 0, factor: 790015084n },
  { power: 1, factor: 290630308n },
  { power: 2, factor: 39332535n },
  { power: 3, factor: 720401n },
  { power: 4, factor: 242n },
];

/** Most integer bits an exponential is needed for: beyond, exp(a) is 0 in Q0.31 almost everywhere. */
const MOST_EXPONENT_BITS = 5;

/**
 * `exp_on_negative_values`: exp(a) in Q0.31 of a ≤ 0 with `integerBits` integer bits, 0 to 5. Softmax has 5: −32 ≤ a ≤ 0.
 *
 * Splits a into a multiple of 1/4 and a rest in [−1/4, 0); the rest goes through a polynomial around −1/8, the multiple
 * through one factor per bit.
 */
export function expOnNegativeValues(a: bigint, integerBits = MOST_EXPONENT_BITS): bigint {
  assert(a <= 0n && a >= -(1n << 31n), 'the operand is an int32 of at most 0', { a });
  assert(integerBits >= 0 && integerBits <= MOST_EXPONENT_BITS, 'an exponent has 0 to 5 integer bits', {
    integerBits,
  });
  if (a === 0n) return ONE_Q31;
  const fractionBits = 31 - integerBits;
  const quarter = 1n << BigInt(fractionBits - 2);
  const rest = (a & (quarter - 1n)) - quarter;
  const multiple = rest - a;
  let result = expBetweenMinusQuarterAnd0(rest << BigInt(integerBits));
  for (const { power, factor } of EXPONENTIALS_OF_POWERS) {
    const bit = 1n << BigInt(fractionBits + power);
    if ((multiple & bit) !== 0n) result = saturatingRoundingDoublingHighMul(result, factor);
  }
  return result;
}

/** `exp_on_interval_between_negative_one_quarter_and_0_excl`: Q0.31 → Q0.31, a Taylor polynomial of degree 4. */
function expBetweenMinusQuarterAnd0(a: bigint): bigint {
  const multiply = saturatingRoundingDoublingHighMul;
  const expOfMinusEighth = 1895147668n;
  const third = 715827883n;
  const x = a + (1n << 28n); // a + 1/8
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4 = multiply(x2, x2);
  const tail = roundingDivideByPot(multiply(roundingDivideByPot(x4, 2) + x3, third) + x2, 1);
  return expOfMinusEighth + multiply(expOfMinusEighth, x + tail);
}

/** `one_over_one_plus_x_for_x_in_0_1`: 1 / (1 + a) in Q0.31 of a in Q0.31. */
export function oneOverOnePlus(a: bigint): bigint {
  return saturate(twoOverOnePlus(a) << 1n, INT32);
}

/** `one_minus_x_over_one_plus_x_for_x_in_0_1`: (1 − a) / (1 + a) in Q0.31 of a in Q0.31. */
export function oneMinusOverOnePlus(a: bigint): bigint {
  return saturate((twoOverOnePlus(a) - ONE_Q29) << 2n, INT32);
}

/** 2 / (1 + a) in Q2.29 of a in Q0.31, by three Newton steps on (1 + a) / 2. */
function twoOverOnePlus(a: bigint): bigint {
  assert(a >= 0n && a <= ONE_Q31, 'the operand is a Q0.31 number in [0, 1]', { a });
  const multiply = saturatingRoundingDoublingHighMul;
  const half = (a + ONE_Q31 + 1n) >> 1n; // RoundingHalfSum(a, 1) of non-negative operands
  let x = 1515870810n + multiply(half, -1010580540n); // 48/17 − 32/17 · half, in Q2.29
  for (let step = 0; step < 3; step += 1) {
    const correction = ONE_Q29 - multiply(half, x);
    x += saturate(multiply(x, correction) << 2n, INT32);
  }
  return x;
}

/** `1 / value = scaled · 2^−(31 + bitsOverUnit)` of a value whose unit is `2^(31 − integerBits)`. */
export interface Reciprocal {
  /** In Q0.31, from 1/2 to 1. */
  readonly scaled: bigint;
  readonly bitsOverUnit: number;
}

/** TFLite's `GetReciprocal` (`kernels/internal/common.h`): normalizes a positive value to [1, 2), then inverts it. */
export function reciprocal(value: bigint, integerBits: number): Reciprocal {
  assert(value > 0n && value < 1n << 32n, 'the operand is a positive uint32', { value });
  const headroom = 32 - bitLength(value);
  const fraction = wrap((value << BigInt(headroom)) - (1n << 31n), INT32);
  return { scaled: oneOverOnePlus(fraction), bitsOverUnit: integerBits - headroom };
}
