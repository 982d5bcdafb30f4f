import { describe, expect, it } from 'vitest';
import { lockstepCampaign } from '../support/lockstep.js';
import { arrayCases, vectorCases } from '../support/lockstep-cases.js';

describe('takes the same cycles to the same sums and codes on registers as by formula and kernels', () => {
  it.each(arrayCases)('$operator', ({ cases }) => {
    const { example, compared, instructions } = lockstepCampaign(cases, 25);
    expect(example).toBe('');
    expect(compared).toBe(25);
    expect(instructions).toBeGreaterThan(100);
  });

  it.each(vectorCases)('$operator', ({ cases }) => {
    const { example, compared } = lockstepCampaign(cases, 10);
    expect(example).toBe('');
    expect(compared).toBe(10);
  });
});
