import type fc from 'fast-check';
import { expect, it } from 'vitest';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { lockstepCampaign } from '../support/lockstep.js';

it.each<{ operator: string; cases: fc.Arbitrary<IntCase> }>([
  { operator: 'conv2d', cases: any.anyConv2d },
  { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
  { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
  { operator: 'fullyConnected', cases: any.anyFullyConnected },
  { operator: 'matMul', cases: any.anyMatMul },
])('$operator takes the same cycles to the same sums and codes on registers as by formula', ({ cases }) => {
  const { example, compared, instructions } = lockstepCampaign(cases, 20);
  expect(example).toBe('');
  expect(compared).toBe(20);
  expect(instructions).toBeGreaterThan(100);
});
