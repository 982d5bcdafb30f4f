import { ruleOf, type Parameters, type RuleName } from '../src/arith/index.js';
import { assert } from '../src/core/errors.js';

/** As the stack derives them; of a rule without a derivation, at a power of two. */
export function parametersOf(name: RuleName, factor: number): Parameters {
  const rule = ruleOf(name);
  const power = { multiplier: 2n ** 14n, rightShift: 14 - Math.round(Math.log2(factor)) };
  const parameters = rule.derive(factor) ?? rule.withFactor(power);
  assert(parameters !== null, 'a rule can express the factor of its bench', { name, factor });
  return parameters;
}
