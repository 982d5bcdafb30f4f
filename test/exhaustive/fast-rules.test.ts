import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/index.js';
import {
  OUTPUT_GRIDS,
  outputGrid,
  parametersAt,
  parametersOfAllShifts,
  USUAL_FACTORS,
} from '../support/rule-grids.js';
import { accumulatorsOf, missesOf } from '../support/rule-misses.js';

const named = REQUANTIZER_RULES.map((rule) => ({ name: rule.name, rule }));
const all8 = accumulatorsOf(8);
const all16 = accumulatorsOf(16);

describe('the fast version equals the bigint code on all 8-bit accumulators, for every shift', () => {
  it.each(named)('$name', ({ rule }) => {
    const list = parametersOfAllShifts(rule);
    expect(list.length).toBeGreaterThan(20);
    const misses = list.flatMap((parameters, index) => missesOf(rule, parameters, outputGrid(index), all8));
    expect(misses).toEqual([]);
  });
});

describe('the fast version equals the bigint code on all 16-bit accumulators, for usual factors', () => {
  it.each(named)('$name', ({ rule }) => {
    const list = parametersAt(rule, USUAL_FACTORS);
    expect(list.length).toBeGreaterThan(0);
    const misses = list.flatMap((parameters, index) => missesOf(rule, parameters, outputGrid(index), all16));
    expect(misses).toEqual([]);
  });
});

it('the grids of codes include one whose zero point makes sums wrap', () => {
  expect(OUTPUT_GRIDS.some(({ zeroPoint }) => zeroPoint > 2 ** 31 - 2 ** 15)).toBe(true);
});
