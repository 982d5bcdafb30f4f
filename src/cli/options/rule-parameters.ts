import { isOf } from '../../arith/requantizers/check-parameters.js';
import type { Parameters, ParameterSpec, RequantizerRule } from '../../arith/requantizers/rule.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { UserError } from '../../core/errors.js';

/** `--param name=value …`: every parameter of the rule, each within its range. */
export function ruleParameters(rule: RequantizerRule, texts: readonly string[]): Parameters {
  const given = givenTexts(rule, texts);
  return valuesOf(rule, rule.parameters, given);
}

/** The same, of some of the parameters. */
export function someParameters(rule: RequantizerRule, texts: readonly string[]): Parameters {
  const given = givenTexts(rule, texts);
  return valuesOf(
    rule,
    rule.parameters.filter(({ name }) => given.has(name)),
    given,
  );
}

function givenTexts(rule: RequantizerRule, texts: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map(texts.map((text) => nameAndValue(text)));
  const names = rule.parameters.map(({ name }) => name);
  const stranger = [...given.keys()].find((name) => !names.includes(name));
  if (stranger !== undefined) {
    const meant = didYouMean(stranger, names);
    throw new UserError({
      place: '--param',
      found: `'${stranger}'`,
      expected: `one of ${names.join(', ')} of ${rule.name}`,
      ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
    });
  }
  return given;
}

function valuesOf(
  rule: RequantizerRule,
  specs: readonly ParameterSpec[],
  given: ReadonlyMap<string, string>,
): Parameters {
  return Object.fromEntries(specs.map((spec) => [spec.name, valueOf(spec, given.get(spec.name), rule)]));
}

function nameAndValue(text: string): [string, string] {
  const [name, value, ...rest] = text.split('=');
  if (value !== undefined && rest.length === 0) return [name!, value];
  throw new UserError({ place: '--param', found: `'${text}'`, expected: 'name=value' });
}

function valueOf(spec: ParameterSpec, text: string | undefined, rule: RequantizerRule): number {
  const { name, type, min, max } = spec;
  const expected = `${type === 'integer' ? 'a whole number' : `a ${type}`} from ${min} to ${max}`;
  if (text === undefined) {
    throw new UserError({ place: '--param', found: `no ${name} of ${rule.name}`, expected });
  }
  const value = text === '' ? NaN : Number(text);
  if (isOf(spec, value)) return value;
  throw new UserError({ place: `--param ${name}`, found: `'${text}'`, expected });
}
