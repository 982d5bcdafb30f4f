import type { PlanOptions } from '../engine/layer-plan.js';
import { planNetwork } from '../engine/network-plan.js';
import type { PlannedGraph } from '../engine/registers/register-kernels.js';
import {
  lockstepNetwork,
  runOnRegisters,
  type LayerProgress,
  type NetworkOnRegisters,
} from '../engine/registers/register-network.js';
import type { Accelerator } from '../hw/accelerator.js';
import { lockstepJson, renderLockstep } from '../report/lockstep.js';
import type { Tensor } from '../tensor/tensor.js';
import { AnswerIsNo } from './exit-codes.js';
import type { Io } from './io.js';
import type { NetworkSource } from './network-source.js';
import { simulateOn } from './simulate-on.js';

/** A network on registers, whose plan has the times that these took. The machine can run it. */
export function onRegisters(
  io: Io,
  source: NetworkSource,
  accelerator: Accelerator,
  settings: PlanOptions,
  inputs: readonly Tensor[],
): NetworkOnRegisters {
  const run = runOnRegisters(plannedGraph(source, accelerator, settings), inputs, layerProgress(io, source));
  io.progress('');
  return run;
}

/** Prints how the engines compare. @throws AnswerIsNo where they differ; UserError where the machine cannot run the network */
export function printLockstep(
  io: Io,
  source: NetworkSource,
  accelerator: Accelerator,
  settings: PlanOptions,
  {
    inputs,
    hw,
    form,
  }: { readonly inputs: readonly Tensor[]; readonly hw: string; readonly form: 'text' | 'json' | 'csv' },
): void {
  simulateOn(source, accelerator, hw, settings); // Says what the machine cannot run, as always.
  const planned = plannedGraph(source, accelerator, settings);
  const layers = lockstepNetwork(planned, inputs, layerProgress(io, source));
  io.progress('');
  const lockstep = { model: source.label, machine: accelerator.name, layers };
  io.out(form === 'json' ? lockstepJson(lockstep) : renderLockstep(lockstep));
  if (layers.some(({ difference }) => difference !== null)) throw new AnswerIsNo();
}

function plannedGraph(
  { network, model }: NetworkSource,
  accelerator: Accelerator,
  settings: PlanOptions,
): PlannedGraph {
  const plan = planNetwork(network, accelerator, settings);
  return { graph: model!.integer, network, plan, accelerator };
}

const layerProgress =
  (io: Io, { network }: NetworkSource): LayerProgress =>
  (index) =>
    io.progress(`layer ${index + 1}/${network.layers.length} on registers`);
