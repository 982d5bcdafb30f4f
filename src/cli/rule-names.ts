import { findRule, REQUANTIZER_RULES } from '../arith/requantizers/registry.js';
import type { RequantizerRule } from '../arith/requantizers/rule.js';
import { didYouMean } from '../core/did-you-mean.js';
import { UserError } from '../core/errors.js';

/** The requantizer that a person names. */
export function namedRule(name: string): RequantizerRule {
  const rule = findRule(name);
  if (rule !== null) return rule;
  const meant = didYouMean(
    name,
    REQUANTIZER_RULES.map((known) => known.name),
  );
  throw new UserError({
    place: 'command line',
    found: `no requantizer '${name}'`,
    suggestion: `${meant === null ? '' : `did you mean '${meant}'? `}see 'bitmac rounding'`,
  });
}
