import { assert } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { Datapath } from '../../hw/components/datapath.js';
import { Sequencer, type Schedule } from '../../hw/components/sequencer.js';
import { isArrayNode } from '../../ir/array-node.js';
import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import { storageType, zeros, type Tensor } from '../../tensor/tensor.js';
import { elementCount } from '../../tensor/shape.js';
import type { LayerPlan } from '../layer-plan.js';
import { arrayLayerOf, formatOf } from './array-layer.js';
import { assembleArray, type Assembled } from './assemble-array.js';
import { assembleVector } from './assemble-vector.js';
import { fill, takeResident, type ResidentOperands } from './initial-contents.js';

/** What a layer left behind: its result, the sums that became it, and when each instruction ran. */
export interface RegisterRun extends Schedule {
  readonly result: Tensor;
  /** Of an array layer, the complete sum of every output, in the order of the result; null of others. */
  readonly sums: Float64Array | null;
}

/**
 * Runs the program of a layer on a machine of registers: every memory, multiplier and adder steps cycle by cycle, and what the
 * program does not bring where it is read is not there. Nothing of it is shared with what the fast engine computes values
 * and times with.
 *
 * @param operands the values of the node's inputs, in inside layout
 * @param resident which of them the plan finds on chip
 */
export function runLayerOnRegisters(
  node: IntNode,
  graph: IntGraph,
  operands: readonly Tensor[],
  plan: Pick<LayerPlan, 'workload' | 'program' | 'steps'>,
  accelerator: Accelerator,
  resident: ResidentOperands = new Map(),
): RegisterRun {
  const { shape, type } = graph.values.get(node.output)!;
  assert(type.kind === 'int', 'a layer of the machine makes integers', { node: node.name });
  const result = zeros(storageType(type.format), shape);
  const sums = isArrayNode(node) ? new Float64Array(elementCount(shape)).fill(Number.NaN) : null;
  const assembled = assemble(node, graph, operands, plan, accelerator, result, sums, resident);
  if (assembled === null) return { result, sums, starts: [], ends: [] };
  const { operations, layout, initialContents } = assembled;
  const datapath = new Datapath(accelerator, layout.biasBytes);
  try {
    fill(initialContents, datapath);
    const schedule = new Sequencer(operations, datapath).run();
    takeResident(result, layout, datapath);
    return { result, sums, ...schedule };
  } finally {
    datapath.release();
  }
}

function assemble(
  node: IntNode,
  graph: IntGraph,
  operands: readonly Tensor[],
  { workload, program, steps }: Pick<LayerPlan, 'workload' | 'program' | 'steps'>,
  accelerator: Accelerator,
  result: Tensor,
  sums: Float64Array | null,
  resident: ResidentOperands,
): Assembled | null {
  if (workload.kind === 'array' && isArrayNode(node)) {
    const layer = arrayLayerOf(node, operands, result.shape, formatOf(result), workload);
    const observe = (output: number, sum: number): void => {
      sums![output] = sum;
    };
    return assembleArray(layer, program, steps, accelerator, result, observe);
  }
  if (workload.kind === 'vector') {
    return assembleVector(node, graph, operands, { workload, program, steps }, accelerator, result, resident);
  }
  return null;
}
