import type { Accelerator } from '../../hw/accelerator.js';
import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import type { BindKernel, KernelSet } from '../../kernels/kernel.js';
import { referenceKernels } from '../../kernels/reference/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerPlan } from '../layer-plan.js';
import { lockstepLayer, type LockstepResult } from './lockstep.js';
import { runLayerOnRegisters, type RegisterRun } from './register-layer.js';

/** What there is to run: a graph whose nodes have plans, in its order, for a machine. */
export interface PlannedGraph {
  readonly graph: IntGraph;
  readonly plans: readonly LayerPlan[];
  readonly accelerator: Accelerator;
}

/** Kernels that run layers on registers. `observe` is told of every run, by the index of the node; layers for the host have none. */
export function registerKernels(
  { graph, plans, accelerator }: PlannedGraph,
  observe: (index: number, run: RegisterRun) => void,
): KernelSet<IntNode> {
  return machineKernels({ graph, plans, accelerator }, (index, node, operands) => {
    const run = runLayerOnRegisters(node, graph, operands, plans[index]!, accelerator);
    observe(index, run);
    return run.result;
  });
}

/** Kernels that run layers on both engines. What they return is what the fast kernels compute, so that a difference does not spread. */
export function lockstepKernels(
  { graph, plans, accelerator }: PlannedGraph,
  observe: (index: number, result: LockstepResult) => void,
): KernelSet<IntNode> {
  return machineKernels({ graph, plans, accelerator }, (index, node, operands) => {
    const result = lockstepLayer(node, graph, operands, plans[index]!, accelerator);
    observe(index, result);
    return result.codes;
  });
}

/** Kernels that leave to `run` what the machine runs. */
function machineKernels(
  { graph, plans }: PlannedGraph,
  run: (index: number, node: IntNode, operands: readonly Tensor[]) => Tensor,
): KernelSet<IntNode> {
  const bind: BindKernel<IntNode> = (node, operands, result) => {
    const index = graph.nodes.indexOf(node);
    const { kind } = plans[index]!.workload;
    if (kind === 'array' || kind === 'vector') return (tensors) => run(index, node, tensors);
    return (referenceKernels[node.op] as unknown as BindKernel<IntNode>)(node, operands, result);
  };
  const operators = Object.keys(referenceKernels).map((op) => [op, bind]);
  return Object.fromEntries(operators) as KernelSet<IntNode>;
}
