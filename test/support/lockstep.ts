import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { networkOf } from '../../src/engine/layer.js';
import { LayerPlanner } from '../../src/engine/layer-plan.js';
import { lockstepLayer, type LockstepResult } from '../../src/engine/registers/lockstep.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { nodeMacs } from '../../src/lower/workload/node-macs.js';
import { checkMachineLimits } from '../../src/lower/machine-limits.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';
import { graphOfNode } from './run-node.js';

/** A node on both engines; null where the machine cannot run it. */
export function lockstepOfNode(
  { node, operands, format }: IntCase,
  machine: Accelerator,
): LockstepResult | null {
  const { graph } = graphOfNode(node, operands, format);
  const [placed] = graph.nodes;
  try {
    checkMachineLimits(placed!, graph, machine);
    const plan = new LayerPlanner(machine).plan(networkOf(graph).layers[0]!);
    return lockstepLayer(
      placed!,
      graph,
      operands.map(({ tensor }) => tensor),
      plan,
      machine,
    );
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Registers are slow: so many products of values at most. */
const MOST_PRODUCTS = 10_000;

function isSmall({ node, operands, format }: IntCase): boolean {
  const { graph } = graphOfNode(node, operands, format);
  return nodeMacs(graph.nodes[0]!, graph) <= MOST_PRODUCTS;
}

/** What a campaign on random machines compared, and the first example that differs: '' where none does. */
export interface Campaign {
  readonly compared: number;
  readonly instructions: number;
  readonly example: string;
}

export function lockstepCampaign(cases: fc.Arbitrary<IntCase>, runs: number): Campaign {
  let [compared, instructions] = [0, 0];
  const property = fc.property(cases.filter(isSmall), anyAccelerator(), (drawn, machine) => {
    const result = lockstepOfNode(drawn, machine);
    fc.pre(result !== null);
    compared += 1;
    instructions += result.instructions;
    if (result.difference !== null) throw new Error(result.difference);
  });
  const example = counterexample(property, runs);
  return { compared, instructions, example };
}
