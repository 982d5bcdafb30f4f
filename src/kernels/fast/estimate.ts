import { assertNever } from '../../core/errors.js';
import type { Requantizer } from '../../arith/requantizer.js';
import type { RoundingMode } from '../../arith/rounding.js';

/**
 * One multiplication in doubles that settles almost every requantization: with y = acc · scale + bias,
 *
 *     |y − floor(y) − 1/2| < reach     implies     requantize(acc) = floor(y)     for |y| < 2^20
 *
 * Proof. `scale` = multiplier / 2^shift has 31 bits and is exact; product and sum are rounded once each, so y is within
 * 2^-32 of the real number Y = acc · multiplier / 2^shift + bias. `reach` is at most 1/2 − 2^-30. Then Y lies strictly
 * between floor(y) and floor(y) + 1: it is no tie where bias is 1/2 and no integer where bias is 0 or 1, and there all
 * modes of one bias agree on floor(Y).
 *
 * Two roundings first turn acc · multiplier / 2^31 into an integer, which moves Y by at most 2^-(rightShift + 1) before
 * the second rounding; `reach` is smaller by that much. Without a right shift the first rounding is the only one.
 */
export interface Estimate {
  /** One entry for the tensor or one per channel. */
  readonly scales: Float64Array;
  readonly reaches: Float64Array;
  readonly bias: number;
}

/** A reach under which nothing is settled. */
const NEVER = -1;
const LARGEST_REACH = 0.5 - 2 ** -30;

/** What every inexact quotient is raised by before it is rounded down; null where sign or parity decide. */
const BIASES: { readonly [Mode in RoundingMode]: number | null } = {
  floor: 0,
  ceil: 1,
  towardZero: null,
  awayFromZero: null,
  halfUp: 0.5,
  halfDown: 0.5,
  halfAwayFromZero: 0.5,
  halfTowardZero: 0.5,
  halfEven: 0.5,
  halfOdd: 0.5,
  jam: null,
};

/** Estimates of int32 accumulators stay int32. */
const LARGEST_SCALE = 0.5;

/** @param isNarrow Whether every value of 2^19 and more in magnitude ends at a clamp; nothing is settled otherwise. */
export function estimateOf(requantizer: Requantizer, isNarrow: boolean): Estimate {
  const scales = scalesOf(requantizer);
  const reaches = scales.map((scale, entry) =>
    isNarrow && scale <= LARGEST_SCALE ? reachOf(requantizer, entry) : NEVER,
  );
  return {
    scales: Float64Array.from(scales),
    reaches: Float64Array.from(reaches),
    bias: 'rounding' in requantizer ? (BIASES[requantizer.rounding] ?? 0) : 0.5,
  };
}

function scalesOf(requantizer: Requantizer): readonly number[] {
  switch (requantizer.kind) {
    case 'multiplyShift':
      return requantizer.multipliers.map(
        (multiplier, entry) => multiplier * 2 ** -requantizer.shifts[entry]!,
      );
    case 'doubleRounding':
      return requantizer.multipliers.map(
        (multiplier, entry) => multiplier * 2 ** (requantizer.leftShifts[entry]! - 31),
      );
    case 'shift':
      return requantizer.shifts.map((shift) => 2 ** -shift);
    case 'stack':
      return requantizer.channels.map(() => Infinity);
    default:
      return assertNever(requantizer);
  }
}

function reachOf(requantizer: Requantizer, entry: number): number {
  if (requantizer.kind === 'stack') return NEVER;
  if (requantizer.kind !== 'doubleRounding') {
    return BIASES[requantizer.rounding] === null ? NEVER : LARGEST_REACH;
  }
  const leftShift = requantizer.leftShifts[entry]!;
  if (leftShift > 0) return NEVER; // it wraps, which no product does
  return leftShift === 0 ? LARGEST_REACH : LARGEST_REACH - 2 ** (leftShift - 1);
}
