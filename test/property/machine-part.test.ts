import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { machinePart } from '../../src/engine/machine-part.js';
import { timeMapping } from '../../src/engine/mapping-timing.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import type { Candidate } from '../../src/lower/candidate.js';
import { GOALS, type Goal } from '../../src/lower/goal.js';
import { lowerLayer } from '../../src/lower/lower-layer.js';
import { USUAL_EFFORT } from '../../src/lower/mapping-search.js';
import type { ArrayWorkload, VectorWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { counterexample } from '../support/counterexample.js';

const FIELDS = [
  'name',
  'description',
  'source',
  'clockHertz',
  'array',
  'accumulators',
  'requantizer',
  'vector',
  'activationBuffer',
  'weightBuffer',
  'outputBuffer',
  'unified',
  'residency',
  'dram',
  'technology',
  'zeroGating',
  'toggleShare',
] as const satisfies readonly (keyof Accelerator)[];

/** Fails to compile where a field of machines is not in the list. */
const everyField: Exclude<keyof Accelerator, (typeof FIELDS)[number]> extends never ? true : false = true;

/** What a plan is made of, but for what is worked out when asked for. */
function planText(workload: ArrayWorkload | VectorWorkload, machine: Accelerator, goal: Goal): string {
  const measure = (candidate: Candidate): number => timeMapping(candidate, machine).cycles;
  try {
    const layer = lowerLayer(
      workload,
      machine,
      { goal, effort: USUAL_EFFORT, tolerance: 0, measure },
      'the layer',
    );
    const { mapping, runnerUp, needs, candidate } = layer;
    return JSON.stringify([mapping, runnerUp, needs, candidate!.estimate().counts()]);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

it.each([
  { kind: 'array', workloads: anyArrayWorkload },
  { kind: 'vector', workloads: anyVectorWorkload },
] as const)(
  'fields that are no part of the machine for $kind work make no difference to its plan',
  (given) => {
    expect(everyField).toBe(true);
    const workloads: fc.Arbitrary<ArrayWorkload | VectorWorkload> = given.workloads;
    const others = fc.record(
      {
        residency: fc.constant({ activations: true, weights: true }),
        zeroGating: fc.constant({ operands: 'both' as const, macFraction: 0.5 }),
        toggleShare: fc.constant(0.5),
      },
      { requiredKeys: [] },
    );
    const property = fc.property(
      workloads,
      anyAccelerator(),
      anyAccelerator(),
      others,
      fc.constantFrom(...GOALS),
      (workload, machine, another, extras, goal) => {
        const part = machinePart(given.kind, machine, goal);
        // A machine with lanes stays one whose technology has their costs.
        const technology = { ...machine.technology, ...another.technology };
        const changes = { ...another, ...extras, technology };
        const without = FIELDS.filter((field) => {
          const changed = { ...machine, [field]: changes[field] };
          return machinePart(given.kind, changed, goal) === part;
        });
        const changed = without.reduce<Accelerator>(
          (changing, field) => ({ ...changing, [field]: changes[field] }),
          machine,
        );
        const [before, after] = [machine, changed].map((each) => planText(workload, each, goal));
        if (before !== after) throw new Error(`${without.join()}: ${before} became ${after}`);
      },
    );
    expect(counterexample(property, 100)).toBe('');
  },
);
