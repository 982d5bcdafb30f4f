import { assert, assertNever } from '../core/errors.js';

/** Which neighbour an inexact quotient goes to. */
export type RoundingMode =
  | 'floor'
  | 'ceil'
  | 'towardZero'
  | 'awayFromZero'
  | 'halfUp'
  | 'halfDown'
  | 'halfAwayFromZero'
  | 'halfTowardZero'
  | 'halfEven'
  | 'halfOdd'
  | 'jam';

export const ROUNDING_MODES: readonly RoundingMode[] = [
  'floor',
  'ceil',
  'towardZero',
  'awayFromZero',
  'halfUp',
  'halfDown',
  'halfAwayFromZero',
  'halfTowardZero',
  'halfEven',
  'halfOdd',
  'jam',
];

/**
 * Rounds `value / divisor` (`divisor` > 0) to an integer.
 *
 * Normative: defined for every bigint. It never saturates; follow it with `saturate` where the hardware has a clamp.
 *
 * @example
 * roundQuotient(-5n, 2n, 'halfEven');          // -2n: -2.5 ties to the even neighbour
 * roundQuotient(-5n, 2n, 'halfUp');            // -2n: ties go towards +infinity
 * roundQuotient(-5n, 2n, 'halfAwayFromZero');  // -3n
 */
export function roundQuotient(value: bigint, divisor: bigint, mode: RoundingMode): bigint {
  assert(divisor > 0n, 'a divisor is positive', { divisor });
  const truncated = value / divisor;
  const below = value < 0n && truncated * divisor !== value ? truncated - 1n : truncated;
  const remainder = value - below * divisor; // 0 <= remainder < divisor
  if (remainder === 0n) return below;

  const above = below + 1n;
  const twice = 2n * remainder;
  const even = below % 2n === 0n ? below : above;
  const odd = even === below ? above : below;
  const nearest = twice < divisor ? below : twice > divisor ? above : null; // null: a tie
  switch (mode) {
    case 'floor':
      return below;
    case 'ceil':
      return above;
    case 'towardZero':
      return value < 0n ? above : below;
    case 'awayFromZero':
      return value < 0n ? below : above;
    case 'jam':
      return odd;
    case 'halfUp':
      return nearest ?? above;
    case 'halfDown':
      return nearest ?? below;
    case 'halfAwayFromZero':
      return nearest ?? (value < 0n ? below : above);
    case 'halfTowardZero':
      return nearest ?? (value < 0n ? above : below);
    case 'halfEven':
      return nearest ?? even;
    case 'halfOdd':
      return nearest ?? odd;
    default:
      return assertNever(mode);
  }
}

/**
 * Stochastic rounding: `floor((value + random) / 2^shiftBits)`, with `random` drawn uniformly from [0, 2^shiftBits). The mean over
 * all draws is the exact quotient.
 */
export function roundShiftStochastic(value: bigint, shiftBits: number, random: bigint): bigint {
  return (value + random) >> BigInt(shiftBits);
}

/** `halfAwayFromZero` → `half-away-from-zero`: modes in names of rules and on the command line. */
export function kebabCase(mode: RoundingMode): string {
  return mode.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Rounds `value / 2^shiftBits`: what a right shift with a rounding unit does. */
export function roundShift(value: bigint, shiftBits: number, mode: RoundingMode): bigint {
  assert(Number.isInteger(shiftBits) && shiftBits >= 0, 'shiftBits counts bits', { shiftBits });
  return roundQuotient(value, 1n << BigInt(shiftBits), mode);
}
