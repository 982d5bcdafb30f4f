import { assertNever } from '../core/errors.js';
import type { RoundingMode } from './rounding.js';

/**
 * Rounds a finite double to an integer; the modes are those of `roundQuotient`. Infinities stay, NaN stays, zero is +0.
 *
 * Exact for every double. Truncation and the rest it leaves are exact, and the rest decides; nothing is added before
 * rounding, since adding 1/2 rounds itself: 0.49999999999999994 + 0.5 is 1.
 *
 * @example
 * roundDouble(-2.5, 'halfEven');         // -2: C rint, NumPy round, x86 cvtps2dq
 * roundDouble(-2.5, 'halfAwayFromZero'); // -3: C round
 * roundDouble(-2.5, 'halfUp');           // -2: JavaScript's Math.round
 */
export function roundDouble(value: number, mode: RoundingMode): number {
  const truncated = Math.trunc(value);
  const rest = Math.abs(value - truncated); // 0 <= rest < 1; of an infinity NaN
  if (!(rest > 0)) return truncated + 0;

  const away = truncated + Math.sign(value);
  const [below, above] = value < 0 ? [away, truncated] : [truncated, away];
  const [even, odd] = truncated % 2 === 0 ? [truncated, away] : [away, truncated];
  return 0 + neighbour({ truncated, away, below, above, even, odd, rest }, mode);
}

/** C's `round`: to nearest, ties away from zero. */
export function roundHalfAway(value: number): number {
  return roundDouble(value, 'halfAwayFromZero');
}

/** The two integers around a value, under every name a mode may call them by, and how far the one nearer zero is. */
interface Neighbours {
  readonly truncated: number;
  readonly away: number;
  readonly below: number;
  readonly above: number;
  readonly even: number;
  readonly odd: number;
  readonly rest: number;
}

function neighbour(of: Neighbours, mode: RoundingMode): number {
  const nearest = of.rest < 0.5 ? of.truncated : of.rest > 0.5 ? of.away : null; // null: a tie
  switch (mode) {
    case 'floor':
      return of.below;
    case 'ceil':
      return of.above;
    case 'towardZero':
      return of.truncated;
    case 'awayFromZero':
      return of.away;
    case 'jam':
      return of.odd;
    case 'halfUp':
      return nearest ?? of.above;
    case 'halfDown':
      return nearest ?? of.below;
    case 'halfAwayFromZero':
      return nearest ?? of.away;
    case 'halfTowardZero':
      return nearest ?? of.truncated;
    case 'halfEven':
      return nearest ?? of.even;
    case 'halfOdd':
      return nearest ?? of.odd;
    default:
      return assertNever(mode);
  }
}

/** An even integer around which, up to 2^51 away, doubles are the integers. */
const AMONG_INTEGERS = 1.5 * 2 ** 52;

/** `roundDouble(value, 'halfEven')`, for inner loops: a sum that only an integer can hold goes to the nearest, ties to even. */
export function roundHalfEven(value: number): number {
  if (Math.abs(value) < 2 ** 51) return value + AMONG_INTEGERS - AMONG_INTEGERS;
  return roundDouble(value, 'halfEven');
}

/**
 * Brevitas' `dpu_round` (`function/ops.py` at Xilinx/brevitas@b106358c4169): ties of negative numbers go up, everything else
 * is half to even. It is what the DPU of Vitis AI does.
 *
 * @example
 * roundDpu(-1.5); // -1
 * roundDpu(1.5);  // 2
 */
export function roundDpu(value: number): number {
  return roundDouble(value, value < 0 ? 'halfUp' : 'halfEven');
}
