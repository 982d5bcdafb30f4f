import { OperandRecorder, type RecordedOperands } from '../engine/recorded-operands.js';
import { IntegerRunner, type IntegerOutputs } from '../engine/run.js';
import { countsValues } from '../engine/value-counts.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { IntGraph } from '../ir/graph.js';
import type { Tensor } from '../tensor/tensor.js';

/** Outputs of a graph, with the operands of its array nodes where the machine counts values. */
export interface RecordedRun extends IntegerOutputs {
  readonly operands: readonly RecordedOperands[] | undefined;
}

export function recordedRun(
  graph: IntGraph,
  accelerator: Accelerator,
  inputs: readonly Tensor[],
): RecordedRun {
  const recorder = countsValues(accelerator) ? new OperandRecorder(graph) : null;
  const outputs = new IntegerRunner(graph).run(inputs, recorder?.observe);
  return { ...outputs, operands: recorder?.arrayNodes() };
}
