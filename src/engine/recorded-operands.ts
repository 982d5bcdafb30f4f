import { assert } from '../core/errors.js';
import { isArrayNode, type ArrayNode } from '../ir/array-node.js';
import type { IntGraph, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import type { Tensor } from '../tensor/tensor.js';

/** An array node of a graph that ran, with the codes of its operands. */
export interface RecordedOperands {
  /** Position among the nodes of the graph. */
  readonly index: number;
  readonly node: ArrayNode<IntNode>;
  readonly tensors: readonly Tensor[];
}

/** Keeps the values of one run of a graph, for what is counted of them. */
export class OperandRecorder {
  readonly #graph: IntGraph;
  readonly #values: Map<ValueId, Tensor>;

  constructor(graph: IntGraph) {
    this.#graph = graph;
    this.#values = new Map(graph.constants);
  }

  /** To be given to the runner. */
  readonly observe = (id: ValueId, value: Tensor): void => {
    this.#values.set(id, value);
  };

  /** Every array node, in the order of the graph. */
  arrayNodes(): RecordedOperands[] {
    return this.#graph.nodes.flatMap((node, index) => {
      if (!isArrayNode(node)) return [];
      const tensors = node.inputs.map((id) => this.#values.get(id));
      assert(
        tensors.every((tensor) => tensor !== undefined),
        'the graph has run',
        { node: node.name },
      );
      return [{ index, node, tensors }];
    });
  }
}
