import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import { isArrayNode, type ArrayNode } from '../../ir/array-node.js';
import { arrayShape } from './array-shape.js';
import { valueBits, valueBytes } from './value-bytes.js';
import { vectorWorkload } from './vector-workload.js';
import type { ArrayWorkload, Workload } from './workload.js';

/** What a node of an integer graph asks of the machine. */
export function workloadOf(node: IntNode, graph: IntGraph): Workload {
  if (node.op === 'reshape') return { kind: 'free' };
  if (node.op === 'float') return { kind: 'host', reason: `${node.operator.op} in float32` };
  return isArrayNode(node) ? arrayWorkload(node, graph) : vectorWorkload(node, graph);
}

function arrayWorkload(node: ArrayNode, graph: IntGraph): ArrayWorkload {
  const [x, weight, bias] = node.inputs;
  return {
    kind: 'array',
    ...arrayShape(node, graph),
    activationBits: valueBits(x!, graph),
    weightBits: graph.constants.has(weight!) ? valueBits(weight!, graph) : 8 * valueBytes(weight!, graph),
    biasBytes: bias === undefined ? 0 : valueBytes(bias, graph),
    outputBytes: valueBytes(node.output, graph),
  };
}
