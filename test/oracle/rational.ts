import { abs, ceil, compare, floor, fraction, subtract, type Fraction } from 'mathjs';
import type { GenericRequantizer } from '../../src/arith/requantizer.js';
import type { RoundingMode } from '../../src/arith/rounding.js';

/**
 * Rounding and requantization in exact rationals, each rule from its sentence: pick, of the two neighbours of a value, the
 * one the sentence names. Slow, and another algorithm than `src/arith`, of which it imports types only.
 */

/** `numerator / 2^shift`; a negative shift multiplies. */
const scaled = (numerator: bigint, shift: number): Fraction =>
  shift < 0 ? fraction(numerator * 2n ** BigInt(-shift), 1n) : fraction(numerator, 2n ** BigInt(shift));
const toBigint = (integer: Fraction): bigint => integer.s * integer.n;
const magnitude = (integer: bigint): bigint => (integer < 0n ? -integer : integer);
const isEven = (integer: bigint): boolean => integer % 2n === 0n;

/** Which of two neighbours (below, above) a tie goes to. */
const tieRules: Readonly<Partial<Record<RoundingMode, (below: bigint, above: bigint) => bigint>>> = {
  halfUp: (_, above) => above,
  halfDown: (below) => below,
  halfAwayFromZero: (below, above) => (magnitude(above) > magnitude(below) ? above : below),
  halfTowardZero: (below, above) => (magnitude(above) < magnitude(below) ? above : below),
  halfEven: (below, above) => (isEven(below) ? below : above),
  halfOdd: (below, above) => (isEven(below) ? above : below),
};

/** Which of two neighbours an inexact value goes to, however near it is to either. */
const directedRules: Readonly<Partial<Record<RoundingMode, (below: bigint, above: bigint) => bigint>>> = {
  floor: (below) => below,
  ceil: (_, above) => above,
  towardZero: (below, above) => (magnitude(above) < magnitude(below) ? above : below),
  awayFromZero: (below, above) => (magnitude(above) > magnitude(below) ? above : below),
  jam: (below, above) => (isEven(below) ? above : below),
};

export function roundRational(value: Fraction, mode: RoundingMode): bigint {
  const below = floor(value);
  const above = ceil(value);
  if (compare(below, above) === 0) return toBigint(below);
  const directed = directedRules[mode];
  if (directed !== undefined) return directed(toBigint(below), toBigint(above));
  const nearer = Number(compare(abs(subtract(value, below)), abs(subtract(value, above))));
  if (nearer === 0) return tieRules[mode]!(toBigint(below), toBigint(above));
  return toBigint(nearer < 0 ? below : above);
}

/** `round(value / 2^shift)`. */
export function roundShiftRational(value: bigint, shift: number, mode: RoundingMode): bigint {
  return roundRational(scaled(value, shift), mode);
}

/** What a requantizer with one entry means, for accumulators that a left shift does not push out of int32. */
export function requantizeRational(acc: bigint, requantizer: GenericRequantizer): bigint {
  if (requantizer.kind === 'shift') {
    return roundRational(scaled(acc, requantizer.shifts[0]!), requantizer.rounding);
  }
  const product = acc * BigInt(requantizer.multipliers[0]!);
  if (requantizer.kind === 'multiplyShift') {
    return roundRational(scaled(product, requantizer.shifts[0]!), requantizer.rounding);
  }
  const leftShift = requantizer.leftShifts[0]!;
  const high = roundRational(scaled(product, 31 - Math.max(leftShift, 0)), 'halfUp');
  return roundRational(scaled(high, Math.max(-leftShift, 0)), 'halfAwayFromZero');
}
