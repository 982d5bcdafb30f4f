import { ruleOf } from '../arith/requantizers/registry.js';
import type { RuleName } from '../arith/requantizers/names.js';
import type { RequantizerCase, RequantizerRule } from '../arith/requantizers/rule.js';

/**
 * What must be known of a requantizer to draw cases for it and to say what it should answer: its formats, its parameters and
 * what they mean as a factor, its contract. Every rule of the registry is one.
 */
export type RequantizerContract = Pick<
  RequantizerRule,
  'accumulator' | 'codes' | 'parameters' | 'zeroPoint' | 'holds' | 'factor' | 'withFactor' | 'exact'
>;

/** A requantizer under test: somebody's own code, and the contract it should meet. */
export interface RequantizerSubject {
  /** The rule of the registry whose parameters and formats it has, or a contract of its own. */
  readonly like: RuleName | RequantizerContract;
  /** Accumulator, parameters and output grid → code. */
  readonly code: (request: RequantizerCase) => bigint | number;
}

/** A subject in the form that properties work with. */
export interface Subject {
  readonly contract: RequantizerContract;
  readonly code: (request: RequantizerCase) => bigint;
}

/** A rule by its name, a rule, or somebody's own requantizer. */
export function subjectOf(given: RuleName | RequantizerSubject): Subject {
  if (typeof given === 'string') {
    const rule = ruleOf(given);
    return { contract: rule, code: rule.code };
  }
  const contract = typeof given.like === 'string' ? ruleOf(given.like) : given.like;
  return { contract, code: (request) => BigInt(given.code(request)) };
}
