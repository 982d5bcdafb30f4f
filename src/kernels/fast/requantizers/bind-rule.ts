import { parameterProblem } from '../../../arith/requantizers/check-parameters.js';
import type { RuleName } from '../../../arith/requantizers/names.js';
import { ruleOf } from '../../../arith/requantizers/registry.js';
import type { OutputGrid, Parameters } from '../../../arith/requantizers/rule.js';
import { fits, INT32 } from '../../../arith/int-format.js';
import { assert } from '../../../core/errors.js';
import { closures } from './closures.js';
import type { Round } from './round.js';
import { rulesIn } from './rules.js';

const RULES = rulesIn(closures);

/** No zero point and no clamp: the rounded value itself, as `requantize` of `arith` gives it. */
export const UNBOUNDED: OutputGrid = { zeroPoint: 0, min: -Infinity, max: Infinity };

/**
 * A rule of the registry with everything but the accumulator bound: equal to its `code` for every accumulator of its
 * format, inside its contract and outside. Numbers only; bigint is used here, while binding.
 *
 * @param output int32 zero point and bounds, or `UNBOUNDED`: then values are exact below 2^53 in magnitude, and beyond of
 *   the right sign and still beyond.
 */
export function bindRule(name: RuleName, parameters: Parameters, output: OutputGrid): Round {
  const problem = parameterProblem(ruleOf(name), parameters);
  assert(problem === null, `found ${problem}`, { parameters });
  const { zeroPoint, min, max } = output;
  assert(
    output === UNBOUNDED || ([zeroPoint, min, max].every((value) => fits(value, INT32)) && min <= max),
    'zero point and bounds of codes are int32, in order',
    { output },
  );
  const { round, finish } = RULES[name];
  return finish(round(parameters, output), output);
}
