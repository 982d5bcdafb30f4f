import { assert } from '../core/errors.js';
import { roundShift } from './rounding.js';

/** Bits of a positive integer without leading zeros: 1 for 1, 8 for 255; 1 for 0. */
export function bitLength(value: bigint): number {
  assert(value >= 0n, 'bits are counted of a non-negative integer', { value });
  return value.toString(2).length;
}

/** The largest integer whose square is at most `value`: Newton's iteration from above, which falls until it is there. */
export function integerSqrt(value: bigint): bigint {
  assert(value >= 0n, 'a square root is taken of a non-negative integer', { value });
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Fraction bits of log2 that `fixedPointLn` makes, and of the mantissa it squares. */
const LOG2_BITS = 32;
const MANTISSA_BITS = 62;

/** ln 2 in units of 2^−62, to nearest. */
const LN2 = 3196577161300663915n;

/**
 * `ln(value / 2^fractionBits)` in units of 2^−fractionBits, for 0 < value < 2^62 and at most 32 fraction bits.
 *
 * Our own recipe, integers only. The leading bit gives the integer part of log2; the fraction comes bit by bit from
 * squaring the mantissa m in [1, 2): where m² ≥ 2 the next bit is 1 and m² is halved. Then one multiplication by ln 2,
 * rounded half up. log2 is short by less than 2^−32 + 2^−60, so the result lies within 1/2 + 2^(fractionBits − 32) units
 * of the exact logarithm.
 *
 * @example
 * fixedPointLn(2n << 16n, 16); // 45426n: ln 2 = 0.693147… = 45426.09… / 2^16
 */
export function fixedPointLn(value: bigint, fractionBits: number): bigint {
  assert(value > 0n && value < 1n << BigInt(MANTISSA_BITS), 'a logarithm is taken of 1 … 2^62 − 1', {
    value,
  });
  assert(fractionBits >= 0 && fractionBits <= LOG2_BITS, 'at most 32 fraction bits', { fractionBits });
  const exponent = bitLength(value) - 1;
  let mantissa = value << BigInt(MANTISSA_BITS - exponent);
  let log2 = BigInt(exponent - fractionBits);
  for (let step = 0; step < LOG2_BITS; step += 1) {
    const square = (mantissa * mantissa) >> BigInt(MANTISSA_BITS); // 1 ≤ m² < 4
    const bit = square >> BigInt(MANTISSA_BITS + 1);
    mantissa = square >> bit;
    log2 = 2n * log2 + bit;
  }
  return roundShift(log2 * LN2, LOG2_BITS + MANTISSA_BITS - fractionBits, 'halfUp');
}
