import { assert } from '../core/errors.js';

/** C's `frexp`: non-negative finite `x = mantissa · 2^exponent`, mantissa in [1/2, 1) or 0. Every step is exact. */
export function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  assert(x >= 0 && x < Infinity, 'only non-negative finite numbers are taken apart', { x });
  if (x === 0) return { mantissa: 0, exponent: 0 };
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= 1; exponent += 1) mantissa /= 2;
  for (; mantissa < 0.5; exponent -= 1) mantissa *= 2;
  return { mantissa, exponent };
}

/**
 * A non-negative finite double as `mantissa · 2^exponent`, the mantissa an integer of exactly `bits` bits (0 for 0).
 * The double must have no more significant bits than that: 24 for float32 values, 53 for any.
 *
 * @example
 * decomposeFloat(0.75, 24); // { mantissa: 3n * 2n ** 22n, exponent: -24 }
 */
export function decomposeFloat(
  x: number,
  bits: number,
): { readonly mantissa: bigint; readonly exponent: number } {
  const { mantissa, exponent } = frexp(x);
  const integer = mantissa * 2 ** bits;
  assert(Number.isInteger(integer), `a number of at most ${bits} significant bits`, { x });
  return { mantissa: BigInt(integer), exponent: x === 0 ? 0 : exponent - bits };
}
