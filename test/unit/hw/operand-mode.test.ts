import { expect, it } from 'vitest';
import { lanesFor } from '../../../src/hw/operand-mode.js';
import { machineFixture } from '../../support/machine-fixture.js';

const packedLanes = [
  { activationBits: 8, weightBits: 4, lanes: 2 },
  { activationBits: 8, weightBits: 2, lanes: 4 },
  { activationBits: 4, weightBits: 4, lanes: 4 },
  { activationBits: 4, weightBits: 2, lanes: 4 },
];
const array = { ...machineFixture().array, packedLanes };

it.each([
  { why: 'the most lanes', activationBits: 8, weightBits: 2, entry: 1 },
  { why: 'lanes that are wide enough', activationBits: 5, weightBits: 3, entry: 0 },
  { why: 'the narrowest weights of equals', activationBits: 4, weightBits: 2, entry: 3 },
  { why: 'narrow activations where they give more', activationBits: 3, weightBits: 3, entry: 2 },
])('operands get $why', ({ entry, ...operands }) => {
  expect(lanesFor(operands, array)).toBe(packedLanes[entry]);
});

it('operands that are wider than all lanes get none', () => {
  expect(lanesFor({ activationBits: 8, weightBits: 5 }, array)).toBeUndefined();
  expect(lanesFor({ activationBits: 4, weightBits: 4 }, machineFixture().array)).toBeUndefined();
});
