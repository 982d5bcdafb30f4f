import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Accelerator, SramBuffer } from '../../src/hw/accelerator.js';
import type { BufferName } from '../../src/hw/accelerator-schema.js';
import type { Candidate } from '../../src/lower/candidate.js';
import { GOALS, type Goal } from '../../src/lower/goal.js';
import type { ArrayWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload } from '../arbitraries/workload.js';
import { counterexample } from '../support/counterexample.js';

/** The lowering with a memory of its own. */
async function freshLowering() {
  vi.resetModules();
  const { lowerLayer } = await import('../../src/lower/lower-layer.js');
  const { timeMapping } = await import('../../src/engine/mapping-timing.js');
  return (workload: ArrayWorkload, machine: Accelerator, goal: Goal): string => {
    const measure = (candidate: Candidate): number => timeMapping(candidate, machine).cycles;
    try {
      const layer = lowerLayer(workload, machine, { goal, effort: 8, tolerance: 0, measure }, 'the layer');
      const { mapping, runnerUp, needs, candidate } = layer;
      const { counts, cycles } = candidate!.estimate();
      return JSON.stringify([mapping, runnerUp, needs, cycles, counts(), timeMapping(candidate!, machine)]);
    } catch (error) {
      return (error as Error).message;
    }
  };
}

/** Fields that a machine may have from another one. */
const FIELDS = ['array', 'accumulators', 'requantizer', 'vector', 'dram', 'clockHertz', 'name'] as const;
type Changes = Readonly<Record<(typeof FIELDS)[number] | 'buffers' | 'capacities' | 'costs', boolean>>;

/** A machine of which some is like another one: of the same chip, or not. */
function changed(machine: Accelerator, other: Accelerator, changes: Changes): Accelerator {
  const buffer = (name: BufferName): SramBuffer => ({
    ...(changes.buffers ? other : machine)[name],
    capacityBytes: (changes.capacities ? other : machine)[name].capacityBytes,
  });
  const fields = FIELDS.filter((field) => changes[field]).map((field) => [field, other[field]]);
  return {
    ...machine,
    ...Object.fromEntries(fields),
    // A machine with lanes stays one whose technology has their costs.
    technology: changes.costs ? { ...machine.technology, ...other.technology } : machine.technology,
    activationBuffer: buffer('activationBuffer'),
    weightBuffer: buffer('weightBuffer'),
    outputBuffer: buffer('outputBuffer'),
  };
}

const some = fc.boolean();
const few = fc.nat(4).map((die) => die === 0);
const anyChanges: fc.Arbitrary<Changes> = fc.record({
  array: few,
  accumulators: few,
  requantizer: few,
  buffers: few,
  vector: some,
  dram: some,
  clockHertz: some,
  name: some,
  capacities: some,
  costs: some,
});

it('what is remembered of a machine makes no difference on one that differs from it in some fields', async () => {
  const [lower, lowerAfterAnother] = [await freshLowering(), await freshLowering()];
  const property = fc.property(
    anyArrayWorkload,
    anyAccelerator(),
    anyAccelerator(),
    fc.constantFrom(...GOALS),
    fc.constantFrom(...GOALS),
    anyChanges,
    (workload, machine, other, goal, otherGoal, changes) => {
      lowerAfterAnother(workload, changed(machine, other, changes), otherGoal);
      const [found, expected] = [lowerAfterAnother, lower].map((each) => each(workload, machine, goal));
      if (found !== expected) throw new Error(`${found}, expected ${expected}`);
    },
  );
  expect(counterexample(property, 80)).toBe('');
}, 120_000);
