import { fraction, type Fraction } from 'mathjs';
import type { OutputGrid } from '../../../src/arith/requantizers/rule.js';
import type { RoundingMode } from '../../../src/arith/rounding.js';
import { clamped, congruent } from '../integers.js';
import { roundRational } from '../rational.js';

/** The steps that sentences about requantizers are made of. */

/** `value / 2^shift`; a negative shift multiplies. */
export function over(value: bigint, shift: number): Fraction {
  return shift < 0 ? fraction(value * 2n ** BigInt(-shift), 1n) : fraction(value, 2n ** BigInt(shift));
}

export const rounded = (value: bigint, shift: number, mode: RoundingMode): bigint =>
  roundRational(over(value, shift), mode);

/** `value · 2^bits` in a register of 32 bits that keeps the low ones. */
export const shiftedInInt32 = (value: bigint, bits: number): bigint =>
  congruent(value * 2n ** BigInt(bits), 32);

export const inInt32 = (value: bigint): boolean => congruent(value, 32) === value;

/** The nearest value that so many bits hold in two's complement. */
export function saturated(value: bigint, bits: number): bigint {
  const half = 2n ** BigInt(bits - 1);
  return clamped(value, -half, half - 1n);
}

export const saturatedToUint8 = (value: bigint): bigint => clamped(value, 0n, 255n);

/** The clamp alone: stacks without a zero point. */
export const clampedTo = (value: bigint, { min, max }: OutputGrid): bigint =>
  clamped(value, BigInt(min), BigInt(max));

/** The zero point added as integers are, then the clamp. */
export const placed = (value: bigint, grid: OutputGrid): bigint =>
  clampedTo(value + BigInt(grid.zeroPoint), grid);

/** The zero point added in a register of 32 bits, then the clamp. */
export const placedInInt32 = (value: bigint, grid: OutputGrid): bigint =>
  clampedTo(congruent(value + BigInt(grid.zeroPoint), 32), grid);
