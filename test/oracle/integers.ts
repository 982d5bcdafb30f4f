import { fraction, type Fraction } from 'mathjs';

/** Integers in registers, by division with remainder and by comparison. */

/** `2^exponent` as a fraction, for exponents of either sign. */
export function power(exponent: number): Fraction {
  const magnitude = 2n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? fraction(1n, magnitude) : fraction(magnitude, 1n);
}

/** The number that leaves the same remainder by 2^bits and that a two's complement register of so many bits holds. */
export function congruent(value: bigint, bits: number): bigint {
  const modulus = 2n ** BigInt(bits);
  const remainder = ((value % modulus) + modulus) % modulus;
  return 2n * remainder < modulus ? remainder : remainder - modulus;
}

export function clamped(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

/** The integer that a fraction is. */
export function quotient({ s, n, d }: Fraction): bigint {
  if (d !== 1n) throw new Error(`${n}/${d} is no integer`);
  return s * n;
}
