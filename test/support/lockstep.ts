import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { networkOf, type Layer } from '../../src/engine/layer.js';
import { LayerPlanner, type LayerPlan } from '../../src/engine/layer-plan.js';
import type { ResidencyPlan } from '../../src/engine/network-plan.js';
import { residentOperands } from '../../src/engine/registers/register-kernels.js';
import { lockstepLayer, type LockstepResult } from '../../src/engine/registers/lockstep.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { nodeMacs } from '../../src/lower/workload/node-macs.js';
import { checkMachineLimits } from '../../src/lower/machine-limits.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';
import { graphOfNode } from './run-node.js';

/** How a layer runs on a machine; null where that is not what a campaign is about. `pick` is 0 … 7, drawn with the case. */
export type PlanLayer = (layer: Layer, machine: Accelerator, pick: number) => LayerPlan | null;

const chosenPlan: PlanLayer = (layer, machine) => new LayerPlanner(machine).plan(layer);

/** A node on both engines; null where the machine cannot run it. */
export function lockstepOfNode(
  { node, operands, format }: IntCase,
  machine: Accelerator,
  planLayer = chosenPlan,
  pick = 0,
): LockstepResult | null {
  const { graph } = graphOfNode(node, operands, format);
  const [placed] = graph.nodes;
  try {
    checkMachineLimits(placed!, graph, machine);
    const network = networkOf(graph);
    const plan = planLayer(network.layers[0]!, machine, pick);
    if (plan === null) return null;
    const tensors = operands.map(({ tensor }) => tensor);
    const residency = residencyOfPlan(plan, network.layers[0]!);
    const resident = residentOperands({ graph, network, plan: { layers: [plan], residency } })(0);
    return lockstepLayer(placed!, graph, tensors, plan, machine, resident);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** What a plan of one layer finds on chip: all of its streamed operands or none. */
function residencyOfPlan({ workload }: LayerPlan, { tensors }: Layer): ResidencyPlan | null {
  if (workload.kind === 'free' || workload.kind === 'host' || workload.residency === undefined) return null;
  const inputs = workload.residency.inputs === 0 ? [] : tensors!.streamed.map(({ value }) => value);
  return {
    tensors: [],
    weightLayers: [],
    places: [{ inputs, output: null }],
    mostBytes: 0,
    setup: [],
    without: { cycles: 0, dramBytes: 0 },
  };
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
  const property = fc.property(cases.filter(isSmall), machines, fc.nat(7), (drawn, machine, pick) => {
    const result = lockstepOfNode(drawn, machine, planLayer, pick);
    fc.pre(result !== null);
    compared += 1;
    instructions += result.instructions;
    if (result.difference !== null) throw new Error(result.difference);
  });
  const example = counterexample(property, runs);
  return { compared, instructions, example };
}
