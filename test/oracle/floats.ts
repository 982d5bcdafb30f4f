import { add, compare, fraction, multiply, type Fraction } from 'mathjs';
import { exactly } from './float32.js';
import { power, quotient } from './integers.js';
import { roundRational } from './rational.js';

/** Binary floating point by its definition: what is representable, what is nearest. */

/** The e of 2^e <= |value| < 2^(e+1), for a value that is not 0. */
export function exponentOf({ n, d }: Fraction): number {
  let exponent = 0;
  let [size, unit] = [n, d];
  for (; size >= 2n * unit; exponent += 1) unit *= 2n;
  for (; size < unit; exponent -= 1) size *= 2n;
  return exponent;
}

/** The nearest number with a significand of so many bits; of two, the one with the even significand. No exponent is out of range. */
export function nearest(value: Fraction, significandBits: number): Fraction {
  if (value.n === 0n) return value;
  const lastPlace = exponentOf(value) + 1 - significandBits;
  const significand = roundRational(multiply(value, power(-lastPlace)) as Fraction, 'halfEven');
  return multiply(fraction(significand, 1n), power(lastPlace)) as Fraction;
}

export const FLOAT32_BITS = 24;
export const FLOAT64_BITS = 53;

/** `f32(f32(acc) · scale)` */
export function productInFloat32(acc: bigint, scale: number): Fraction {
  const operand = nearest(fraction(acc, 1n), FLOAT32_BITS);
  return nearest(multiply(operand, exactly(scale)) as Fraction, FLOAT32_BITS);
}

export const sumInFloat = (a: Fraction, b: Fraction, significandBits: number): Fraction =>
  nearest(add(a, b), significandBits);

export const isLess = (a: Fraction, b: Fraction): boolean => Number(compare(a, b)) < 0;

/** scale = mantissa · 2^(exponent − 23), 2^23 <= mantissa < 2^24 */
export function mantissaOf(scale: number): { readonly mantissa: bigint; readonly exponent: number } {
  const value = exactly(scale);
  const exponent = exponentOf(value);
  return { mantissa: quotient(multiply(value, power(23 - exponent)) as Fraction), exponent };
}
