import { requantizeToCode } from '../../arith/requantize.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { RoundingMode } from '../../arith/rounding.js';

/** What becomes of a sum, zero point and clamp included. */
export type CodeOfSum = (sum: number) => number;

/** A sum to a rounded value; not a number where that may not be exact. */
type InDoubles = (sum: number) => number;

/** Of the largest quotient's dividend: what is left of it beside its floor is exact then, or far from a half. */
const MOST_DIVIDEND = 2 ** 52;

/** Rounded values to which a zero point can be added in int32 as well as exactly. */
const MOST_VALUE = 2 ** 30;

/**
 * The requantizer of a channel. Where everything that its rule computes is exact in a double, it is computed there; otherwise, and
 * for every other rule, as the normative one does.
 */
export function requantizerOf(
  requantizer: Requantizer,
  channel: number,
  zeroPoint: number,
  { min, max }: CodeRange,
): CodeOfSum {
  const inDoubles = inDoublesOf(requantizer, channel);
  return (sum) => {
    const value = inDoubles === null ? Number.NaN : inDoubles(sum);
    // Written so that what is not a number fails it.
    if (value >= -MOST_VALUE && value <= MOST_VALUE) return Math.max(min, Math.min(max, value + zeroPoint));
    return requantizeToCode(sum, requantizer, channel, zeroPoint, { min, max });
  };
}

function inDoublesOf(requantizer: Requantizer, channel: number): InDoubles | null {
  const entry = <T>(list: readonly T[]): T => list[list.length === 1 ? 0 : channel]!;
  switch (requantizer.kind) {
    case 'shift':
      return scaled(1, entry(requantizer.shifts), requantizer.rounding);
    case 'multiplyShift':
      return scaled(entry(requantizer.multipliers), entry(requantizer.shifts), requantizer.rounding);
    case 'doubleRounding':
      return roundedTwice(entry(requantizer.multipliers), entry(requantizer.leftShifts));
    default: {
      const { multiplier, leftShift } = entry(requantizer.channels);
      if (multiplier === undefined || leftShift === undefined) return null;
      if (requantizer.rule === 'tflite-double') return roundedTwice(multiplier, leftShift);
      if (requantizer.rule === 'tflite-single') return scaled(multiplier, 31 - leftShift, 'halfUp');
      return null;
    }
  }
}

/** `round(sum · multiplier / 2^shift)`. */
function scaled(multiplier: number, shift: number, mode: RoundingMode): InDoubles {
  const divisor = 2 ** shift;
  return (sum) => roundedQuotient(sum * multiplier, divisor, mode);
}

/** gemmlowp's two roundings after a shift to the left. The first truncates what it has nudged by almost a half, away from zero. */
function roundedTwice(multiplier: number, leftShift: number): InDoubles {
  const factor = 2 ** Math.max(leftShift, 0);
  const divisor = 2 ** Math.max(-leftShift, 0);
  return (sum) => {
    const shifted = sum * factor;
    if (shifted < -(2 ** 31) || shifted >= 2 ** 31) return Number.NaN;
    const high = roundedQuotient(shifted * multiplier, 2 ** 31, 'halfUp');
    return roundedQuotient(high, divisor, 'halfAwayFromZero');
  };
}

/** Exact: a power of two divides exactly. */
function roundedQuotient(dividend: number, divisor: number, mode: RoundingMode): number {
  if (!(Math.abs(dividend) <= MOST_DIVIDEND)) return Number.NaN;
  const quotient = dividend / divisor;
  const below = Math.floor(quotient);
  const rest = quotient - below;
  if (rest === 0) return below;
  return goesUp(below, rest, mode) ? below + 1 : below;
}

/** Whether an inexact quotient goes to the neighbour above. */
function goesUp(below: number, rest: number, mode: RoundingMode): boolean {
  switch (mode) {
    case 'floor':
      return false;
    case 'ceil':
      return true;
    case 'towardZero':
      return below < 0;
    case 'awayFromZero':
      return below >= 0;
    case 'jam':
      return below % 2 === 0;
    default:
      return rest === 0.5 ? tieGoesUp(below, mode) : rest > 0.5;
  }
}

function tieGoesUp(below: number, mode: RoundingMode): boolean {
  switch (mode) {
    case 'halfUp':
      return true;
    case 'halfAwayFromZero':
      return below >= 0;
    case 'halfTowardZero':
      return below < 0;
    case 'halfEven':
      return below % 2 !== 0;
    case 'halfOdd':
      return below % 2 === 0;
    default:
      return false;
  }
}
