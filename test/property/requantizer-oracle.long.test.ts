import { expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/requantizers/registry.js';
import { agreementWithOracle } from '../support/oracle-agreement.js';

const CASES = 20_000;

/** Samples other than those of the short test. */
const FIRST_STREAM = 1000;

const named = REQUANTIZER_RULES.map((rule, index) => ({ name: rule.name, rule, index }));

it.each(named)('$name answers what its sentence says in exact rationals', ({ rule, index }) => {
  expect(agreementWithOracle(rule, CASES, FIRST_STREAM + index).difference).toBe('');
});
