import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/requantizers/registry.js';
import { anyRuleCase } from '../arbitraries/rule-cases.js';
import { oracleCode } from '../oracle/requantizers.js';
import { counterexample } from '../support/counterexample.js';

/** Fractions are slow: cases for each rule, most of them about ties, many outside the contract. */
const CASES = 600;

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

describe('a rule answers what its sentence says in exact rationals, within its contract and outside', () => {
  it.each(named)('$name', ({ name, rule, stream }) => {
    const codes = new Set<bigint>();
    let within = 0;
    const property = fc.property(anyRuleCase(rule), ({ acc, parameters, output }) => {
      const request = { acc: BigInt(acc), parameters, output };
      const code = rule.code(request);
      codes.add(code);
      if (code > BigInt(output.min) && code < BigInt(output.max)) within += 1;
      return code === oracleCode(name, request);
    });
    expect(counterexample(property, CASES, stream)).toBe('');
    // Samples that could prove nothing: all the same, or all at a clamp.
    expect({ different: codes.size > CASES / 20, within: within > CASES / 20 }).toEqual({
      different: true,
      within: true,
    });
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
