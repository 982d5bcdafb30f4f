import type { Accelerator } from '../../hw/accelerator.js';
import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import type { BindKernel, KernelSet } from '../../kernels/kernel.js';
import { referenceKernels } from '../../kernels/reference/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Network } from '../layer.js';
import type { NetworkPlan } from '../network-plan.js';
import { namingOf } from '../residency/residents.js';
import { lockstepLayer, type LockstepResult } from './lockstep.js';
import type { ResidentOperands } from './initial-contents.js';
import { runLayerOnRegisters, type RegisterRun } from './register-layer.js';

/** What there is to run: a graph, and its network with a plan for a machine. */
export interface PlannedGraph {
  readonly graph: IntGraph;
  readonly network: Network;
  readonly plan: NetworkPlan;
  readonly accelerator: Accelerator;
}

/** Kernels that run layers on registers. `observe` is told of every run, by the index of the node; layers for the host have none. */
export function registerKernels(
  planned: PlannedGraph,
  observe: (index: number, run: RegisterRun) => void,
): KernelSet<IntNode> {
  const { graph, plan, accelerator } = planned;
  const residentOf = residentOperands(planned);
  return machineKernels(planned, (index, node, operands) => {
    const layer = plan.layers[index]!;
    const run = runLayerOnRegisters(node, graph, operands, layer, accelerator, residentOf(index));
    observe(index, run);
    return run.result;
  });
}

/** Kernels that run layers on both engines. What they return is what the fast kernels compute, so that a difference does not spread. */
export function lockstepKernels(
  planned: PlannedGraph,
  observe: (index: number, result: LockstepResult) => void,
): KernelSet<IntNode> {
  const { graph, plan, accelerator } = planned;
  const residentOf = residentOperands(planned);
  return machineKernels(planned, (index, node, operands) => {
    const layer = plan.layers[index]!;
    const result = lockstepLayer(node, graph, operands, layer, accelerator, residentOf(index));
    observe(index, result);
    return result.codes;
  });
}

/** Which operands of a layer its plan finds on chip, and in which of its places: these are numbered in the order of the operands. */
export function residentOperands({
  graph,
  network,
  plan,
}: Omit<PlannedGraph, 'accelerator'>): (index: number) => ResidentOperands {
  const { residency } = plan;
  if (residency === null) return () => new Map();
  const nameOf = namingOf(network);
  return (index) => {
    const { inputs } = residency.places[index]!;
    const streamed = new Set(network.layers[index]!.tensors?.streamed.map(({ value }) => value));
    const operands = [...graph.nodes[index]!.inputs.entries()];
    const resident = operands.filter(([, value]) => streamed.has(value) && inputs.includes(nameOf(value)));
    return new Map(resident.map(([operand], place) => [operand, place]));
  };
}

/** Kernels that leave to `run` what the machine runs. */
function machineKernels(
  { graph, plan }: PlannedGraph,
  run: (index: number, node: IntNode, operands: readonly Tensor[]) => Tensor,
): KernelSet<IntNode> {
  const bind: BindKernel<IntNode> = (node, operands, result) => {
    const index = graph.nodes.indexOf(node);
    const { kind } = plan.layers[index]!.workload;
    if (kind === 'array' || kind === 'vector') return (tensors) => run(index, node, tensors);
    return (referenceKernels[node.op] as unknown as BindKernel<IntNode>)(node, operands, result);
  };
  const operators = Object.keys(referenceKernels).map((op) => [op, bind]);
  return Object.fromEntries(operators) as KernelSet<IntNode>;
}
