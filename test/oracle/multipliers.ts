import { divide, fraction, multiply, type Fraction } from 'mathjs';
import type { RoundingMode } from '../../src/arith/rounding.js';
import { exactly } from './float32.js';
import { power } from './integers.js';
import { roundRational } from './rational.js';
import { exponentOf, FLOAT32_BITS, nearest } from './floats.js';

/**
 * How stacks derive integers from a real factor, in exact rationals, from the sentences of `rounding.md`, section 4. Left shifts
 * count from 2^−31, `factor ~ multiplier · 2^(leftShift − 31)`; right shifts from 0, `factor ~ multiplier / 2^rightShift`.
 */
export interface Derived {
  readonly multiplier: bigint;
  readonly shift: number;
}

const ZERO: Derived = { multiplier: 0n, shift: 0 };

const product = (a: Fraction, b: Fraction): Fraction => multiply(a, b) as Fraction;

/** A factor in [1/2, 1) times 2^exponent, the first part in so many bits; it may be 2^bits. */
function mantissaOf(factor: Fraction, bits: number, mode: RoundingMode) {
  const exponent = exponentOf(factor) + 1;
  return { multiplier: roundRational(product(factor, power(bits - exponent)), mode), exponent };
}

function renormalized(factor: Fraction, bits: number, mode: RoundingMode) {
  const { multiplier, exponent } = mantissaOf(factor, bits, mode);
  return multiplier === 2n ** BigInt(bits)
    ? { multiplier: multiplier / 2n, exponent: exponent + 1 }
    : { multiplier, exponent };
}

const leftShifted =
  (mode: RoundingMode) =>
  (factor: number): Derived => {
    if (factor === 0) return ZERO;
    const { multiplier, exponent } = renormalized(exactly(factor), 31, mode);
    return { multiplier, shift: exponent };
  };

/** A shift of more than 31 to the right is none: the factor becomes 0. */
const flushed = (derived: Derived): Derived => (derived.shift < -31 ? ZERO : derived);

export const tflite = (factor: number): Derived => flushed(leftShifted('halfAwayFromZero')(factor));
export const tvm = leftShifted('halfAwayFromZero');

/** One is added where more than half is dropped. */
export const tfliteEmulated = (factor: number): Derived => flushed(leftShifted('halfDown')(factor));

/** The largest multiplier at the largest shift stands for all that is larger. */
export function tfliteSingle(factor: number): Derived {
  const derived = tflite(factor);
  return derived.shift > 30 ? { multiplier: 2n ** 31n - 1n, shift: 30 } : derived;
}

/** Not renormalized; a shift that 6 bits do not hold makes no scale. */
export function vela(factor: number): Derived {
  const { multiplier, exponent } = mantissaOf(exactly(factor), 31, 'halfAwayFromZero');
  const shift = 31 - exponent;
  return shift < 0 || shift > 63 ? { multiplier: 0n, shift: 16 } : { multiplier, shift };
}

/** 16 bits fewer of the multiplier, to nearest with ties up, and of the shift. */
export function velaReduced(factor: number): Derived {
  const { multiplier, shift } = vela(factor);
  const nearest16 = roundRational(fraction(multiplier, 2n ** 16n), 'halfUp');
  return { multiplier: multiplier >= 32767n * 2n ** 16n ? 32767n : nearest16, shift: shift - 16 };
}

/** Shifts beyond 62 drop bits of the multiplier instead, at most 31. */
const tosa =
  (bits: number) =>
  (factor: number): Derived => {
    const { multiplier, exponent } = renormalized(exactly(factor), bits, 'halfAwayFromZero');
    const shift = bits - exponent;
    if (shift <= 62) return { multiplier, shift };
    const dropped = 2n ** BigInt(Math.min(31, shift - 62));
    return { multiplier: roundRational(fraction(multiplier, dropped), 'floor'), shift: 62 };
  };

export const tosa32 = tosa(31);
export const tosa16 = tosa(15);

/** (2^30 + 1) · 2^k / count without its fraction; k is the least with 2^k >= count. */
export function tosaReciprocal(count: number): Derived {
  let bits = 0;
  while (2n ** BigInt(bits) < BigInt(count)) bits += 1;
  const value = fraction((2n ** 30n + 1n) * 2n ** BigInt(bits), BigInt(count));
  return { multiplier: roundRational(value, 'floor'), shift: 30 + bits };
}

/** The nearest float32; where it is a power of two it is brought to 1 from above and to 1/2 from below. */
export function fbgemm(factor: number): Derived {
  let scale = nearest(exactly(factor), FLOAT32_BITS);
  let shift = 31;
  for (; 2n * scale.n < scale.d; shift += 1) scale = product(scale, power(1));
  for (; scale.n > scale.d; shift -= 1) scale = product(scale, power(-1));
  const multiplier = roundRational(product(scale, power(31)), 'halfEven');
  return multiplier === 2n ** 31n ? { multiplier: 2n ** 30n, shift: shift - 1 } : { multiplier, shift };
}

/** `scale = multiplier / 2^shift` exactly, with 24 bits. */
export function significand24(scale: number): Derived {
  const { multiplier, exponent } = mantissaOf(exactly(scale), 24, 'floor');
  return { multiplier, shift: 24 - exponent };
}

/** To 15 bits with ties up; the shift is an exponent, `scale ~ multiplier · 2^(shift − 15)`. */
export function significand15(scale: number): Derived {
  const { multiplier, exponent } = renormalized(exactly(scale), 15, 'halfUp');
  return { multiplier, shift: exponent };
}

/** The multiplier to the nearest 2^16, ties up; from 32767 · 2^16 on it is 32767. */
export function reducedTo15Bits(multiplier: number): bigint {
  if (multiplier >= 32767 * 2 ** 16) return 32767n;
  return roundRational(fraction(BigInt(multiplier), 2n ** 16n), 'halfUp');
}

/** The product of two scales, then its quotient by the third, each as the nearest float32. */
export function scaleOfThree(xScale: number, wScale: number, yScale: number): Fraction {
  const both = nearest(product(exactly(xScale), exactly(wScale)), FLOAT32_BITS);
  return nearest(divide(both, exactly(yScale)) as Fraction, FLOAT32_BITS);
}
