import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/index.js';
import { MANY_FACTORS, outputGrid, parametersAt } from '../support/rule-grids.js';
import { accumulatorsOf, missesOf } from '../support/rule-misses.js';

const all16 = accumulatorsOf(16);

describe('the fast version equals the bigint code on all 16-bit accumulators, for many factors', () => {
  it.each(REQUANTIZER_RULES.map((rule) => ({ name: rule.name, rule })))('$name', ({ rule }) => {
    const list = parametersAt(rule, MANY_FACTORS);
    expect(list.length).toBeGreaterThan(2);
    const misses = list.flatMap((parameters, index) => missesOf(rule, parameters, outputGrid(index), all16));
    expect(misses).toEqual([]);
  });
});
