import { describe, expect, it } from 'vitest';
import {
  anyPackedAccelerator,
  anyScratchpadAccelerator,
  anyTightAccelerator,
} from '../arbitraries/accelerator.js';
import { lockstepCampaign } from '../support/lockstep.js';
import { packedPlan, residentPlan, spilledPlan } from '../support/lockstep-plans.js';
import { arrayCases, foldedCases, layerCases, vectorCases } from '../support/operator-cases.js';

describe('takes the same cycles to the same sums and codes on registers as by formula and kernels', () => {
  it.each(arrayCases)('$operator', ({ cases }) => {
    const { example, compared, instructions } = lockstepCampaign(cases, 18);
    expect(example).toBe('');
    expect(compared).toBe(18);
    expect(instructions).toBeGreaterThan(100);
  });

  it.each(arrayCases)('$operator in packed lanes', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 8, anyPackedAccelerator(), packedPlan);
    expect(example).toBe('');
    expect(compared).toBe(8);
  });

  it.each(foldedCases)('$operator with spilled sums', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 8, anyTightAccelerator(), spilledPlan);
    expect(example).toBe('');
    expect(compared).toBe(8);
  });

  it.each(layerCases)('$operator with tensors on chip', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 6, anyScratchpadAccelerator(), residentPlan);
    expect(example).toBe('');
    expect(compared).toBe(6);
  });

  it.each(vectorCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 10);
    expect(example).toBe('');
    expect(compared).toBe(10);
  });
});
