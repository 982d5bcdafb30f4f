import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ActionCounts } from '../../../src/hw/counts.js';
import { ENERGY_COMPONENTS } from '../../../src/hw/counts.js';
import { zeroCounts } from '../../../src/hw/energy/action-counts.js';
import { energyLines } from '../../../src/hw/energy/energy-lines.js';
import { energyOf, totalEnergy } from '../../../src/hw/energy/energy-of.js';
import { anyAccelerator } from '../../arbitraries/accelerator.js';
import { machineFixture } from '../../support/machine-fixture.js';

const STEP = 2 ** -10;
const ACTIONS = Object.keys(zeroCounts()) as readonly (keyof ActionCounts)[];

const anyCounts = fc
  .array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: ACTIONS.length, maxLength: ACTIONS.length })
  .map((counts) => Object.fromEntries(ACTIONS.map((action, index) => [action, counts[index]!])))
  .map((counts) => counts as unknown as ActionCounts);

it('lines are counts times costs, to a step of the grid, and add up to components and totals exactly', () => {
  fc.assert(
    fc.property(anyAccelerator(), anyCounts, fc.nat(10_000_000), (machine, counts, cycles) => {
      const lines = energyLines(counts, cycles, machine);
      const energy = energyOf(counts, cycles, machine);
      for (const line of lines) {
        expect(line.count).toBe(line.action === 'cycles' ? cycles : counts[line.action]);
        expect(Number.isInteger(line.energyPicojoules / STEP)).toBe(true);
        const product = line.count * line.costPicojoules;
        expect(Math.abs(line.energyPicojoules - product)).toBeLessThanOrEqual(STEP + product * 1e-15);
      }
      for (const component of ENERGY_COMPONENTS) {
        const own = lines.filter((line) => line.component === component);
        expect(own.reduce((sum, line) => sum + line.energyPicojoules, 0)).toBe(energy[component]);
      }
      const total = lines.reduce((sum, line) => sum + line.energyPicojoules, 0);
      expect(total).toBe(totalEnergy(energy));
    }),
  );
});

it('the second line of a component takes what rounding leaves', () => {
  const counts = { ...zeroCounts(), outputReadBytes: 1, outputWriteBytes: 1 }; // 0.28 and 0.26 pJ
  const [read, written] = energyLines(counts, 0, machineFixture()).filter(({ count }) => count === 1);
  expect(read!.energyPicojoules / STEP).toBe(287); // 286.72 steps
  expect(written!.energyPicojoules / STEP).toBe(266); // 266.24; together 552.96, which rounds to 553
});
