import { assertNever } from '../../core/errors.js';
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
  const kind = type === 'integer' ? 'an integer' : `a ${type}`;
  return `${parameters[name] ?? 'nothing'} as '${name}' of rule '${rule.name}', expected ${kind} from ${min} to ${max}`;
}

/** The first parameter that is missing, of another type or out of its range; undefined where there is none. */
export function outOfRange(
  specs: readonly ParameterSpec[],
  parameters: Parameters,
): ParameterSpec | undefined {
  return specs.find((spec) => !isOf(spec, parameters[spec.name]));
}

/** Whether a value is of a parameter's type and in its range. */
export function isOf({ type, min, max }: ParameterSpec, value: number | undefined): boolean {
  return value !== undefined && value >= min && value <= max && isOfType(type, value);
}

function isOfType(type: ParameterSpec['type'], value: number): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'float32':
      return Math.fround(value) === value;
    case 'float64':
      return true;
    default:
      return assertNever(type);
  }
}

/** The parameters in the order of the rule, in which they are written down. */
export function orderedParameters(rule: RequantizerRule, parameters: Parameters): Parameters {
  return Object.fromEntries(rule.parameters.map(({ name }) => [name, parameters[name]!]));
}
