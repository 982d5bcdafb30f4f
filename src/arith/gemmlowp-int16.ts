import { assert } from '../core/errors.js';
import { maxOf, minOf, INT16 } from './int-format.js';

/**
 * gemmlowp's 16-bit fixed point (`fixedpoint/fixedpoint.h` at google/gemmlowp@16e8662c3491), bit for bit. A number Qi.f is an int16 of
 * value `raw · 2^−f`, f = 15 − i. The formulas are those of 32 bits, the constants theirs over 2^16, rounded.
 */

const ONE_Q13 = 1 << 13;
const ONE_Q15 = 32767; // the largest Q0.15, which stands for 1

const saturated = (value: number): number => Math.min(Math.max(value, minOf(INT16)), maxOf(INT16));

/** `SaturatingRoundingDoublingHighMul` of int16: `a · b / 2^15` to nearest, ties up. */
const multiply = (a: number, b: number): number => saturated((a * b + (1 << 14)) >> 15);

/** `RoundingDivideByPOT` of int16: ties away from zero. */
function roundingDivideByPot(value: number, exponent: number): number {
  const magnitude = (Math.abs(value) + (1 << (exponent - 1))) >> exponent;
  return value < 0 ? -magnitude : magnitude;
}

/** Factors `exp(−2^power)` in Q0.15. */
const EXPONENTIALS_OF_POWERS = [
  { power: -2, factor: 25520 },
  { power: -1, factor: 19875 },
  { power: 0, factor: 12055 },
  { power: 1, factor: 4435 },
  { power: 2, factor: 600 },
  { power: 3, factor: 11 },
  { power: 4, factor: 0 },
] as const;

/** `logistic`: 1 / (1 + exp(−a)) in Q0.15 of an int16 with 3 integer bits. */
export function logisticOfInt16(a: number): number {
  requireInt16(a);
  if (a === 0) return 1 << 14;
  const positive = saturated(twoOverOnePlus(expOnNegativeValues(-Math.abs(a), 3)) * 2);
  return a > 0 ? positive : ONE_Q15 - positive;
}

/** `tanh` in Q0.15 of an int16 with 3 integer bits: the doubled operand has a bit more. */
export function tanhOfInt16(a: number): number {
  requireInt16(a);
  if (a === 0) return 0;
  const magnitude = saturated((twoOverOnePlus(expOnNegativeValues(-Math.abs(a), 4)) - ONE_Q13) * 4);
  return a > 0 ? magnitude : -magnitude;
}

function requireInt16(a: number): void {
  assert(Number.isInteger(a) && a >= minOf(INT16) && a <= maxOf(INT16), 'the operand is an int16', { a });
}

/** `exp_on_negative_values`: exp(a) in Q0.15 of a ≤ 0. */
function expOnNegativeValues(a: number, integerBits: number): number {
  const fractionBits = 15 - integerBits;
  const quarter = 1 << (fractionBits - 2);
  const rest = (a & (quarter - 1)) - quarter;
  const multiple = rest - a;
  let result = expBetweenMinusQuarterAnd0(rest << integerBits);
  for (const { power, factor } of EXPONENTIALS_OF_POWERS) {
    if (power < integerBits && (multiple & (1 << (fractionBits + power))) !== 0) {
      result = multiply(result, factor);
    }
  }
  return result;
}

/** `exp_on_interval_between_negative_one_quarter_and_0_excl`, a polynomial of degree 4 around −1/8. */
function expBetweenMinusQuarterAnd0(a: number): number {
  const expOfMinusEighth = 28918;
  const third = 10923;
  const x = a + (1 << 12); // a + 1/8
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4 = multiply(x2, x2);
  const tail = roundingDivideByPot(multiply(roundingDivideByPot(x4, 2) + x3, third) + x2, 1);
  return saturated(expOfMinusEighth + multiply(expOfMinusEighth, x + tail));
}

/** 2 / (1 + a) in Q2.13 of a in Q0.15, by three Newton steps on (1 + a) / 2. */
function twoOverOnePlus(a: number): number {
  const half = (a + ONE_Q15 + 1) >> 1;
  let x = 23130 + multiply(half, -15420); // 48/17 − 32/17 · half
  for (let step = 0; step < 3; step += 1) {
    const correction = ONE_Q13 - multiply(half, x);
    x += saturated(multiply(x, correction) * 4);
  }
  return x;
}
