import type { RuleName } from '../../arith/requantizers/names.js';
import { ruleOf } from '../../arith/requantizers/registry.js';
import { subjectOf, type RequantizerSubject } from '../contract.js';
import { unbiased } from './bias.js';
import { equalTo } from './equal-to.js';
import type { RequantizerProperty } from './property.js';
import { stated } from './statement.js';
import { idempotent, monotone, oddSymmetric, saturates, withinHalfLsb, withinOneLsb } from './statements.js';

/** The properties that are about arithmetic alone, by name. */
export interface RequantizerProperties {
  readonly withinHalfLsb: RequantizerProperty;
  readonly withinOneLsb: RequantizerProperty;
  readonly monotone: RequantizerProperty;
  readonly oddSymmetric: RequantizerProperty;
  readonly saturates: RequantizerProperty;
  readonly idempotent: RequantizerProperty;
  readonly unbiased: RequantizerProperty;
  /** Whether the codes are those of a rule of the registry, under the same factor. */
  readonly equalTo: (rule: RuleName) => RequantizerProperty;
}

/**
 * Properties of a rule of the registry or of somebody's own requantizer, to assert or to check. They quantify over the cases
 * in which the contract holds.
 *
 * @example
 * const mine = requantizerProperties({ like: 'tflite-single', code: myCode });
 * fc.assert(mine.equalTo('tflite-single').property!);
 * mine.withinHalfLsb.check({ seed: 1 }); // { verdict: 'held', runs: 10000 }
 */
export function requantizerProperties(given: RuleName | RequantizerSubject): RequantizerProperties {
  const subject = subjectOf(given);
  return {
    withinHalfLsb: stated(withinHalfLsb, subject),
    withinOneLsb: stated(withinOneLsb, subject),
    monotone: stated(monotone, subject),
    oddSymmetric: stated(oddSymmetric, subject),
    saturates: stated(saturates, subject),
    idempotent: stated(idempotent, subject),
    unbiased: unbiased(subject),
    equalTo: (rule) => equalTo(rule, subject),
  };
}

/** The equalities that the registry states of a rule, as properties. */
function statedEqualities(name: RuleName): readonly RequantizerProperty[] {
  return ruleOf(name).equalTo.map((equality) => equalTo(equality.rule, subjectOf(name), equality));
}

/** All that can be said of a rule: its properties, then the equalities that the registry states of it. */
export function propertiesOf(name: RuleName): readonly RequantizerProperty[] {
  const { equalTo: _, ...named } = requantizerProperties(name);
  return [...Object.values(named), ...statedEqualities(name)];
}
