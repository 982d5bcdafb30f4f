import type { RequantizerRule } from '../arith/requantizers/rule.js';
import { express } from './express.js';
import { wholeGrid } from './grids.js';

/** Ties under a factor of 1/4, as accumulators: +1/2, −1/2, +3/2, −3/2. */
const TIES = [2n, -2n, 6n, -6n] as const;

/**
 * What the rule makes of +1/2, −1/2, +3/2 and −3/2, zero point taken off, under a factor of 1/4: with two roundings, the
 * second one sees the tie. null for a value that has no code, and throughout for a rule without such a factor.
 */
export function tieCodes(rule: RequantizerRule): readonly (number | null)[] {
  const output = wholeGrid(rule);
  const parameters = express(rule, { multiplier: 1n, rightShift: 2 }, TIES, output);
  return TIES.map((acc) => {
    if (parameters === null || (acc < 0n && output.zeroPoint === output.min)) return null;
    return Number(rule.code({ acc, parameters, output })) - output.zeroPoint;
  });
}
