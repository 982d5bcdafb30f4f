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

/** CPU time of each of `count` codes that a run makes. */
export function nanosecondsEach(run: () => void, times: number, count: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / (times * count);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
