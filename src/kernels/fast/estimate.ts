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
 * the second rounding; `reach` is smaller by that much.
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

/** @param isNarrow Whether every value of 2^19 and more in magnitude ends at a clamp; nothing is settled otherwise. */
export function estimateOf(requantizer: Requantizer, isNarrow: boolean): Estimate {
  const { scales, reaches, bias } = unrestrictedEstimate(requantizer);
  return {
    scales: Float64Array.from(scales),
    reaches: Float64Array.from(reaches, (reach) => (isNarrow ? reach : NEVER)),
    bias,
  };
}

interface Lists {
  readonly scales: readonly number[];
  readonly reaches: readonly number[];
  readonly bias: number;
}

function unrestrictedEstimate(requantizer: Requantizer): Lists {
  if (requantizer.kind === 'doubleRounding') {
    const { multipliers, leftShifts } = requantizer;
    return {
      scales: multipliers.map((multiplier, entry) => multiplier * 2 ** (leftShifts[entry]! - 31)),
      // A left shift wraps, which no product does; without a right shift the first rounding is the only one.
      reaches: leftShifts.map((shift) =>
        shift > 0 ? NEVER : shift === 0 ? LARGEST_REACH : LARGEST_REACH - 2 ** (shift - 1),
      ),
      bias: 0.5,
    };
  }
  const { shifts } = requantizer;
  const bias = BIASES[requantizer.rounding];
  return {
    scales: shifts.map(
      (shift, entry) => (requantizer.kind === 'shift' ? 1 : requantizer.multipliers[entry]!) * 2 ** -shift,
    ),
    reaches: shifts.map(() => (bias === null ? NEVER : LARGEST_REACH)),
    bias: bias ?? 0,
  };
}
