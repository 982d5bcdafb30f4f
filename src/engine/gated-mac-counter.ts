import { assert } from '../core/errors.js';
import type { ZeroGating } from '../hw/accelerator.js';
import { isArrayNode } from '../ir/array-node.js';
import type { IntGraph, ValueId } from '../ir/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { zeroGatedMacs } from './zero-gated-macs.js';

/** Counts the MACs that meet a zero while a graph runs. One run, one counter; it holds the run's values. */
export class GatedMacCounter {
  readonly #graph: IntGraph;
  readonly #operands: ZeroGating['operands'];
  readonly #values: Map<ValueId, Tensor>;

  constructor(graph: IntGraph, { operands }: ZeroGating) {
    this.#graph = graph;
    this.#operands = operands;
    this.#values = new Map(graph.constants);
  }

  /** To be given to the runner. */
  readonly observe = (id: ValueId, value: Tensor): void => {
    this.#values.set(id, value);
  };

  /** Of each array node that ran, by its index. */
  gatedMacs(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const [index, node] of this.#graph.nodes.entries()) {
      if (!isArrayNode(node)) continue;
      const tensors = node.inputs.map((id) => this.#values.get(id));
      assert(
        tensors.every((tensor) => tensor !== undefined),
        'the graph has run',
        { node: node.name },
      );
      counts.set(index, zeroGatedMacs(node, tensors, this.#operands));
    }
    return counts;
  }
}
