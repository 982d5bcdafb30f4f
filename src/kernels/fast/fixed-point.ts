/**
 * gemmlowp's fixed point (`arith/gemmlowp.ts`) on int32 values held in numbers.
 */

import { saturate32 } from './saturate.js';

/**
 * The product of two int32 values without its last 16 bits, rounded down; b may be 2^31 too.
 *
 * With a = 2^16 · high + low the product is 2^16 · top + rest, |top| < 2^48 and 0 <= rest < 2^16. Every step is exact.
 */
function topOfProduct(a: number, b: number): number {
  return (a >> 16) * b + Math.floor((a & 0xffff) * b * 2 ** -16);
}

/**
 * `SaturatingRoundingDoublingHighMul`, Arm's SQRDMULH: `floor(a · b / 2^31 + 1/2)`.
 *
 * The rounding constant 2^30 is a multiple of 2^16, so what `topOfProduct` leaves out never carries the sum past the next
 * integer and floor ignores it. (−2^31)², the one product that needs saturation, must not be asked for.
 */
export function highMultiply(a: number, b: number): number {
  return Math.floor((topOfProduct(a, b) + 2 ** 14) * 2 ** -15);
}

/** Arm's SQDMULH: `floor(a · b / 2^31)`, except of (−2^31)². */
export function highMultiplyFloor(a: number, b: number): number {
  return Math.floor(topOfProduct(a, b) * 2 ** -15);
}

/** `1 / value = scaled · 2^−(31 + bitsOverUnit)`, as `Reciprocal` of `arith/gemmlowp.ts`. */
export interface FastReciprocal {
  readonly scaled: number;
  readonly bitsOverUnit: number;
}

/** TFLite's `GetReciprocal` of a positive int32: what is above the leading bit is the fraction, in Q0.31. */
export function reciprocal(value: number, integerBits: number): FastReciprocal {
  const headroom = Math.clz32(value);
  const fraction = (value << headroom) & 0x7fffffff;
  return { scaled: oneOverOnePlus(fraction), bitsOverUnit: integerBits - headroom };
}

/** `one_over_one_plus_x_for_x_in_0_1`, step by step as in `arith/gemmlowp.ts`. */
function oneOverOnePlus(a: number): number {
  const half = Math.floor((a + 2 ** 31) / 2);
  let x = 1515870810 + highMultiply(half, -1010580540);
  for (let step = 0; step < 3; step += 1) {
    const correction = 2 ** 29 - highMultiply(half, x);
    x += saturate32(highMultiply(x, correction) * 4);
  }
  return saturate32(x * 2);
}
