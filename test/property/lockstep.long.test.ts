import { describe, expect, it } from 'vitest';
import { lockstepCampaign } from '../support/lockstep.js';
import { arrayCases, vectorCases } from '../support/lockstep-cases.js';

/** More than 5,000 random layers on random machines: every dataflow, tails of every size, every residency. */
describe('a campaign on registers and by formula finds no difference', () => {
  it.each(arrayCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 800);
    expect(example).toBe('');
    expect(compared).toBe(800);
  });

  it.each(vectorCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 60);
    expect(example).toBe('');
    expect(compared).toBe(60);
  });
});
