import type { IntegerOutputs } from '../run.js';
import { IntegerRunner } from '../run.js';
import type { NetworkPlan } from '../network-plan.js';
import type { Timeline } from '../timeline.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LockstepResult } from './lockstep.js';
import { lockstepKernels, registerKernels, type PlannedGraph } from './register-kernels.js';
import type { RegisterRun } from './register-layer.js';

/** Called before a layer runs, with its position among all nodes. */
export type LayerProgress = (index: number) => void;

/** What a network did on registers: its outputs, and its plan with the times that the registers took. */
export interface NetworkOnRegisters {
  readonly outputs: IntegerOutputs;
  readonly plan: NetworkPlan;
}

/**
 * Runs a network on a machine of registers, layer after layer.
 *
 * @param inputs as `IntegerRunner.run` takes them
 */
export function runOnRegisters(
  planned: PlannedGraph,
  inputs: readonly Tensor[],
  progress: LayerProgress = () => {},
): NetworkOnRegisters {
  const timelines = new Map<number, Timeline>();
  const kernels = registerKernels(planned, (index, run) => {
    timelines.set(index, timelineOf(run));
    progress(index);
  });
  const outputs = new IntegerRunner(planned.graph, kernels).run(inputs);
  const layers = planned.plan.layers.map((layer, index) => {
    const timeline = timelines.get(index);
    return timeline === undefined ? layer : { ...layer, timeline };
  });
  return { outputs, plan: { ...planned.plan, layers } };
}

function timelineOf({ starts, ends }: RegisterRun): Timeline {
  return { starts, ends, makespan: ends.reduce((latest, end) => Math.max(latest, end), 0) };
}

/** A layer on both engines. */
export interface LayerLockstep extends Omit<LockstepResult, 'codes'> {
  readonly index: number;
  readonly name: string;
  readonly op: string;
}

/** Runs a network on both engines, layer after layer; every layer of the machine begins with what the fast kernels computed. */
export function lockstepNetwork(
  planned: PlannedGraph,
  inputs: readonly Tensor[],
  progress: LayerProgress = () => {},
): LayerLockstep[] {
  const layers: LayerLockstep[] = [];
  const kernels = lockstepKernels(planned, (index, { codes: _, ...result }) => {
    const { name, op } = planned.graph.nodes[index]!;
    layers.push({ index, name, op, ...result });
    progress(index);
  });
  new IntegerRunner(planned.graph, kernels).run(inputs);
  return layers;
}
