import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/requantizers/registry.js';
import { agreementWithOracle } from '../support/oracle-agreement.js';

/** Fractions are slow: cases for each rule, most of them about ties; a long test takes twenty times as many. */
const CASES = 1000;

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

describe('a rule answers what its sentence says in exact rationals, within its contract and outside', () => {
  it.each(named)('$name', ({ rule, stream }) => {
    const { difference, inside, outside, unclamped, differentCodes } = agreementWithOracle(
      rule,
      CASES,
      stream,
    );
    expect(difference).toBe('');
    // Samples that could prove nothing: never in the contract or always, all at a clamp, all the same.
    expect({
      inside: inside > CASES / 3,
      outside: rule.contract === '' ? outside === 0 : outside > CASES / 100,
      unclamped: unclamped > CASES / 5,
      different: differentCodes > CASES / 20,
    }).toEqual({ inside: true, outside: true, unclamped: true, different: true });
  });
});

it('the registry has every name once, and its equalities name other rules of it', () => {
  const names = new Set<string>(REQUANTIZER_RULES.map(({ name }) => name));
  const stated = REQUANTIZER_RULES.flatMap(({ name, equalTo }) =>
    equalTo.map(({ rule }) => ({ name, rule })),
  );
  expect(names.size).toBe(REQUANTIZER_RULES.length);
  expect(stated.filter(({ name, rule }) => name === rule || !names.has(rule))).toEqual([]);
});
