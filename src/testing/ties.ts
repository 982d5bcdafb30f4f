import type { RequantizerRule } from '../arith/requantizers/rule.js';
import { express } from './express.js';
import { wholeGrid } from './grids.js';

/** Ties under a factor of 1/4, as accumulators: +1/2, −1/2, +3/2, −3/2. */
const TIES = [2n, -2n, 6n, -6n] as const;

/**
 * What the rule makes of `acc / 2^shiftBits`, zero point taken off. null for a value that has no code, and throughout for a rule
 * without such a factor. With one bit a rule that rounds twice has nothing left for its second rounding (TFLite's shift is 0);
 * with two it has.
 */
export function shiftedCodes(
  rule: RequantizerRule,
  shiftBits: number,
  accumulators: readonly bigint[],
): readonly (number | null)[] {
  const output = wholeGrid(rule);
  const parameters = express(rule, { multiplier: 1n, rightShift: shiftBits }, accumulators, output);
  return accumulators.map((acc) => {
    if (parameters === null || (acc < 0n && output.zeroPoint === output.min)) return null;
    return Number(rule.code({ acc, parameters, output })) - output.zeroPoint;
  });
}

/** What the rule makes of +1/2, −1/2, +3/2 and −3/2 under a factor of 1/4: with two roundings, the second one sees the tie. */
export function tieCodes(rule: RequantizerRule): readonly (number | null)[] {
  return shiftedCodes(rule, 2, TIES);
}
