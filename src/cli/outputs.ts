import { ranked } from '../engine/evaluate.js';
import type { Graph } from '../ir/graph.js';
import { shapeText } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** One line an output: its name, type, shape and largest elements. */
export function describeOutputs(graph: Graph, outputs: readonly Tensor[]): string {
  return outputs
    .map(({ type, shape, data }, index) => {
      const largest = ranked(data, 5).map((element) => `[${element}] ${data[element]}`);
      return `  ${graph.outputs[index]!.name}: ${type} ${shapeText(shape)}, largest ${largest.join(', ')}`;
    })
    .join('\n');
}
