import type { Accelerator } from '../hw/accelerator.js';
import type { LayerProgram } from '../hw/isa.js';
import type { ValueId } from '../ir/graph.js';
import { withTokens } from '../lower/program/tokens.js';
import type { Work } from '../lower/program/work.js';
import { LayerPlanner, type LayerPlan, type PlanOptions } from './layer-plan.js';
import type { Network } from './layer.js';
import { chooseResidents, planTotals, type Choice } from './residency/choose-residents.js';

/** A network on a machine: the plan of each of its layers, which run one after the other. */
export interface NetworkPlan {
  readonly layers: readonly LayerPlan[];
  /** null where every layer loads all its operands and stores its result. */
  readonly residency: ResidencyPlan | null;
}

/** What stays on chip from layer to layer and from inference to inference. */
export interface ResidencyPlan {
  /** Tensors that are made, read and forgotten on chip, with the first and the last layer that has to do with them. */
  readonly tensors: readonly {
    readonly value: ValueId;
    readonly bytes: number;
    readonly first: number;
    readonly last: number;
  }[];
  /** Layers whose weights and biases, or parameters, are on chip all the time. */
  readonly weightLayers: readonly number[];
  /** Of each layer, the tensors in its places `residentInput0`, `residentInput1`, … and `residentOutput0`. */
  readonly places: readonly { readonly inputs: readonly ValueId[]; readonly output: ValueId | null }[];
  /** Bytes that they take at a time at most. */
  readonly mostBytes: number;
  /** Loads the weights that stay, once, before the first inference. */
  readonly setup: LayerProgram;
  /** What an inference would take with nothing on chip. */
  readonly without: { readonly cycles: number; readonly dramBytes: number };
}

export interface NetworkPlanOptions extends PlanOptions {
  /** A plan that is there already: what the network takes by another clock, for one. */
  readonly plan?: NetworkPlan | undefined;
}

/** @throws UserError where the machine cannot run a layer. */
export function planNetwork(
  network: Network,
  accelerator: Accelerator,
  { plan, ...options }: NetworkPlanOptions = {},
): NetworkPlan {
  if (plan !== undefined) return plan;
  const planner = new LayerPlanner(accelerator, options);
  const base = network.layers.map((layer) => planner.plan(layer));
  if (accelerator.residency === undefined) return { layers: base, residency: null };
  const choice = chooseResidents(network, base, planner, accelerator);
  const without = planTotals(base);
  return { layers: choice.plans, residency: { ...residencyPlan(network, choice), without } };
}

function residencyPlan({ layers }: Network, { kept }: Choice): Omit<ResidencyPlan, 'without'> {
  const { residents } = kept;
  const weightLayers = residents.flatMap((each) => (each.kind === 'weights' ? [each.layer] : []));
  const places = layers.map((_, index) => ({ inputs: kept.inputs(index), output: kept.output(index) }));
  return {
    tensors: residents.flatMap((each) => (each.kind === 'activations' ? each.tensors : [])),
    weightLayers: weightLayers.sort((a, b) => a - b),
    places,
    mostBytes: layers.reduce((most, _, index) => Math.max(most, kept.reservedBytes(index)), 0),
    setup: setupProgram(residents.flatMap((each) => (each.kind === 'weights' ? [each.bytes] : []))),
  };
}

/** Weights and biases of a layer come in one load: nothing is computed meanwhile that could begin earlier. */
function setupProgram(sizes: readonly number[]): LayerProgram {
  const loads = sizes.map((bytes): Work => ({ kind: 'loadWeights', unit: 'load', bytes }));
  return withTokens(loads.map((work) => ({ work, part: { of: 'parameters' }, reads: [], writes: [] })));
}
