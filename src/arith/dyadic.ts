import type { Dyadic } from './requantizers/rule.js';

/** The same value with a shift that is not negative. */
export function overPowerOfTwo({ numerator, shift }: Dyadic): Dyadic {
  return shift >= 0 ? { numerator, shift } : { numerator: numerator << BigInt(-shift), shift: 0 };
}

/** The same value with an odd numerator over a power of two, or as a whole number over 1. */
export function lowestTerms(value: Dyadic): Dyadic {
  const { numerator, shift } = overPowerOfTwo(value);
  let [odd, bits] = [numerator, shift];
  for (; bits > 0 && odd % 2n === 0n; bits -= 1) odd /= 2n;
  return { numerator: odd, shift: bits };
}

/** Two values over the same power of two. */
function aligned(a: Dyadic, b: Dyadic): { readonly a: bigint; readonly b: bigint; readonly shift: number } {
  const shift = Math.max(a.shift, b.shift);
  return { a: a.numerator << BigInt(shift - a.shift), b: b.numerator << BigInt(shift - b.shift), shift };
}

export const wholeNumber = (integer: bigint): Dyadic => ({ numerator: integer, shift: 0 });

export function difference(minuend: Dyadic, subtrahend: Dyadic): Dyadic {
  const { a, b, shift } = aligned(minuend, subtrahend);
  return { numerator: a - b, shift };
}

/** Negative, 0 or positive, as `left − right` is. */
export function compareDyadics(left: Dyadic, right: Dyadic): number {
  const { a, b } = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function magnitudeOf({ numerator, shift }: Dyadic): Dyadic {
  return { numerator: numerator < 0n ? -numerator : numerator, shift };
}

/** The value as a double: exact up to 53 significant bits. */
export function nearestDouble({ numerator, shift }: Dyadic): number {
  return Number(numerator) * 2 ** -shift;
}

/** Digits after the point up to which a value is written out in full, and how many of a longer one are. */
const MOST_DIGITS = 12;
const SOME_DIGITS = 9;

/**
 * A value in print: all decimals where there are at most 12, else the first 9, cut, and the exact fraction.
 *
 * @example
 * dyadicText({ numerator: -10n, shift: 2 }); // '-2.5'
 */
export function dyadicText(value: Dyadic): string {
  const { numerator, shift } = lowestTerms(value);
  if (shift <= MOST_DIGITS) return decimalText(numerator, shift, shift);
  return `${decimalText(numerator, shift, SOME_DIGITS)}… = ${fractionText(value)}`;
}

/** `numerator / 2^shift` with so many digits after the point. */
function decimalText(numerator: bigint, shift: number, digits: number): string {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const text = String((magnitude * 10n ** BigInt(digits)) >> BigInt(shift)).padStart(digits + 1, '0');
  const sign = numerator < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A value as a fraction in lowest terms: `-15/32`, `3`, `5/2^40`. */
export function fractionText(value: Dyadic): string {
  const { numerator, shift } = lowestTerms(value);
  if (shift === 0) return String(numerator);
  return `${numerator}/${shift <= 20 ? 2 ** shift : `2^${shift}`}`;
}
