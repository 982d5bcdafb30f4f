import type { Graph } from '../../ir/graph.js';
import type { Node } from '../../ir/operators.js';
import { isArrayNode } from '../../ir/array-node.js';
import { arrayShape } from './array-shape.js';
import { arrayMacs } from './workload.js';

/** Multiply-accumulates of a node of either dialect, from its shapes; 0 for operators that make none. */
export function nodeMacs(node: Node, graph: Graph): number {
  return isArrayNode(node) ? arrayMacs(arrayShape(node, graph)) : 0;
}
