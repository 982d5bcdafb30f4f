import type { ParameterSpec, Parameters, RequantizerRule } from './rule.js';

/**
 * What was found wrong in the parameters of a rule: a name that is missing or unknown, a value of another type or out of
 * range; and what was expected. Null where they are complete and fit.
 */
export function parameterProblem(rule: RequantizerRule, parameters: Parameters): string | null {
  const names = rule.parameters.map(({ name }) => name);
  const unknown = Object.keys(parameters).find((name) => !names.includes(name));
  if (unknown !== undefined)
    return `'${unknown}' beside the parameters of rule '${rule.name}', expected ${names.join(', ')}`;
  const wrong = outOfRange(rule.parameters, parameters);
  if (wrong === undefined) return null;
  const { name, type, min, max } = wrong;
  const kind = type === 'integer' ? 'an integer' : 'a float32';
  return `${parameters[name] ?? 'nothing'} as '${name}' of rule '${rule.name}', expected ${kind} from ${min} to ${max}`;
}

/** The first parameter that is missing, of another type or out of its range; undefined where there is none. */
export function outOfRange(
  specs: readonly ParameterSpec[],
  parameters: Parameters,
): ParameterSpec | undefined {
  return specs.find((spec) => !isOf(spec, parameters[spec.name]));
}

function isOf({ type, min, max }: ParameterSpec, value: number | undefined): boolean {
  if (value === undefined || !(value >= min && value <= max)) return false;
  return type === 'integer' ? Number.isInteger(value) : Math.fround(value) === value;
}

/** The parameters in the order of the rule, in which they are written down. */
export function orderedParameters(rule: RequantizerRule, parameters: Parameters): Parameters {
  return Object.fromEntries(rule.parameters.map(({ name }) => [name, parameters[name]!]));
}
