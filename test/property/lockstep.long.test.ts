import { describe, expect, it } from 'vitest';
import {
  anyPackedAccelerator,
  anyScratchpadAccelerator,
  anyTightAccelerator,
} from '../arbitraries/accelerator.js';
import { lockstepCampaign } from '../support/lockstep.js';
import { packedPlan, residentPlan, spilledPlan } from '../support/lockstep-plans.js';
import { arrayCases, foldedCases, layerCases, vectorCases } from '../support/operator-cases.js';

/** More than 5,000 random layers on random machines: every dataflow, tails of every size, every residency. */
describe('a campaign on registers and by formula finds no difference', () => {
  it.each(arrayCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 800);
    expect(example).toBe('');
    expect(compared).toBe(800);
  });

  it.each(arrayCases)('$operator in packed lanes', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 200, anyPackedAccelerator(), packedPlan);
    expect(example).toBe('');
    expect(compared).toBe(200);
  });

  it.each(foldedCases)('$operator with spilled sums', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 200, anyTightAccelerator(), spilledPlan);
    expect(example).toBe('');
    expect(compared).toBe(200);
  });

  it.each(layerCases)('$operator with tensors on chip', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 60, anyScratchpadAccelerator(), residentPlan);
    expect(example).toBe('');
    expect(compared).toBe(60);
  });

  it.each(vectorCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 60);
    expect(example).toBe('');
    expect(compared).toBe(60);
  });
});
