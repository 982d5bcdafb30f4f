import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { planNetwork, type NetworkPlan } from '../../src/engine/network-plan.js';
import type { Network } from '../../src/engine/layer.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { dramBytesOf } from '../../src/lower/program/dram-bytes.js';
import { anyNetwork, INPUT_BYTES } from '../arbitraries/network.js';
import { networkMemoryProblems } from '../oracle/network-memory.js';
import { counterexample } from '../support/counterexample.js';
import { machineFixture } from '../support/machine-fixture.js';
import { sum } from '../support/lowering.js';

/** A machine with a scratchpad of a few tensors. */
const anyScratchpad: fc.Arbitrary<Accelerator> = fc
  .record({
    capacityBytes: fc.integer({ min: 900, max: 6000 }),
    pingPong: fc.boolean(),
    latencyCycles: fc.constantFrom(0, 100),
    residency: fc.constantFrom(
      { activations: true, weights: false },
      { activations: true, weights: true },
      { activations: false, weights: true },
    ),
  })
  .map(({ capacityBytes, pingPong, latencyCycles, residency }) => {
    const fixture = machineFixture();
    const memory = { ...fixture.activationBuffer, capacityBytes, pingPong };
    const buffers = { activationBuffer: memory, weightBuffer: memory, outputBuffer: memory };
    const dram = { ...fixture.dram, latencyCycles, burstBytes: 16 };
    return { ...fixture, ...buffers, unified: true, dram, residency };
  });

function planned(network: Network, machine: Accelerator): NetworkPlan | null {
  try {
    return planNetwork(network, machine);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function withoutResidency({ residency: _residency, ...machine }: Accelerator): Accelerator {
  return machine;
}

it('what stays on chip is where it is read, has room at every cycle, and takes no cycles and no traffic more', () => {
  const kept = { tensors: 0, weights: 0 };
  const property = fc.property(anyNetwork, anyScratchpad, (network, machine) => {
    const plan = planned(network, machine);
    fc.pre(plan !== null);
    const base = planNetwork(network, withoutResidency(machine));
    const figures = [plan, base].map(({ layers }) => ({
      cycles: sum(layers.map(({ timeline }) => timeline.makespan)),
      dramBytes: sum(layers.map(({ program }) => dramBytesOf(program, machine))),
    }));
    const problems = networkMemoryProblems(
      network,
      plan,
      machine.activationBuffer.capacityBytes,
      INPUT_BYTES,
    );
    kept.tensors += plan.residency!.tensors.length;
    kept.weights += plan.residency!.weightLayers.length;
    if (figures[0]!.cycles > figures[1]!.cycles) problems.push('takes more cycles');
    if (figures[0]!.dramBytes > figures[1]!.dramBytes) problems.push('moves more bytes');
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
  });
  expect(counterexample(property, 80)).toBe('');
  expect(kept.tensors).toBeGreaterThan(40);
  expect(kept.weights).toBeGreaterThan(40);
});
