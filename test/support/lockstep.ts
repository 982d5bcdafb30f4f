import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { networkOf, type Layer } from '../../src/engine/layer.js';
import { LayerPlanner, type LayerPlan } from '../../src/engine/layer-plan.js';
import { lockstepLayer, type LockstepResult } from '../../src/engine/registers/lockstep.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { nodeMacs } from '../../src/lower/workload/node-macs.js';
import { checkMachineLimits } from '../../src/lower/machine-limits.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';
import { graphOfNode } from './run-node.js';

/** How a layer runs on a machine; null where that is not what a campaign is about. */
export type PlanLayer = (layer: Layer, machine: Accelerator) => LayerPlan | null;

const chosenPlan: PlanLayer = (layer, machine) => new LayerPlanner(machine).plan(layer);

/** A node on both engines; null where the machine cannot run it. */
export function lockstepOfNode(
  { node, operands, format }: IntCase,
  machine: Accelerator,
  planLayer = chosenPlan,
): LockstepResult | null {
  const { graph } = graphOfNode(node, operands, format);
  const [placed] = graph.nodes;
  try {
    checkMachineLimits(placed!, graph, machine);
    const plan = planLayer(networkOf(graph).layers[0]!, machine);
    if (plan === null) return null;
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

export function lockstepCampaign(
  cases: fc.Arbitrary<IntCase>,
  runs: number,
  machines = anyAccelerator(),
  planLayer = chosenPlan,
): Campaign {
  let [compared, instructions] = [0, 0];
  const property = fc.property(cases.filter(isSmall), machines, (drawn, machine) => {
    const result = lockstepOfNode(drawn, machine, planLayer);
    fc.pre(result !== null);
    compared += 1;
    instructions += result.instructions;
    if (result.difference !== null) throw new Error(result.difference);
  });
  const example = counterexample(property, runs);
  return { compared, instructions, example };
}
