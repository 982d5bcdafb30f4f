import { isArrayNode } from '../../ir/array-node.js';
import type { IntGraph, ValueId } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import { followsOutput } from './vector-workload.js';

/** Operands that a layer on the machine streams as activations; what else it reads are weights, biases and parameters. */
export function streamedOperands(node: IntNode, graph: IntGraph): readonly ValueId[] {
  if (node.op === 'float') return [];
  if (isArrayNode(node)) return node.inputs.slice(0, 1);
  switch (node.op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'stackBinary':
      return node.inputs.filter((id) => followsOutput(id, node, graph));
    case 'concat':
      return node.inputs;
    default:
      return node.inputs.slice(0, 1);
  }
}
