import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import type { OutputGrid, ZeroPointAddition } from '../arith/requantizers/rule.js';

/** What of a rule says which grids it can answer on. */
export interface Coded {
  readonly codes: IntFormat;
  readonly zeroPoint: ZeroPointAddition;
}

/**
 * The grid on which a value and its negative have mirrored codes: zero point 0 for signed codes, 2^(bits − 1) for unsigned
 * ones. null where the codes are unsigned and there is no zero point.
 */
export function symmetricGrid({ codes, zeroPoint }: Coded): OutputGrid | null {
  const largest = codes.signed ? maxOf(codes) : (maxOf(codes) - 1) / 2;
  if (codes.signed) return { zeroPoint: 0, min: -largest, max: largest };
  if (zeroPoint === 'none') return null;
  return { zeroPoint: largest + 1, min: 1, max: 2 * largest + 1 };
}

/** All codes of the rule's format, with the real 0 at the code nearest to the middle that the rule can place it at. */
export function wholeGrid({ codes, zeroPoint }: Coded): OutputGrid {
  const middle = codes.signed || zeroPoint === 'none' ? 0 : 2 ** (codes.bits - 1);
  return { zeroPoint: middle, min: minOf(codes), max: maxOf(codes) };
}
