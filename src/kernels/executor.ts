import { assert } from '../core/errors.js';
import { sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Graph, ValueId } from '../ir/graph.js';
import type { Node } from '../ir/operators.js';
import type { BindKernel, BoundKernel, KernelSet, ValueStore } from './kernel.js';

/** Values on the heap of JavaScript stay as long as somebody has them. */
const HEAP: ValueStore = { begin: () => {}, release: () => {}, kept: (value) => value };

/** Called with every value a run makes, in order. */
export type ValueObserver = (id: ValueId, value: Tensor) => void;

/**
 * A graph bound to kernels: run it as often as wanted. Values are freed after their last reader, so peak memory is that
 * of the widest moment. Inputs and results are in the graph's own layout; `ports.ts` converts at the edge.
 */
export class Executor<N extends Node> {
  readonly #graph: Graph<N>;
  readonly #store: ValueStore;
  readonly #bound: readonly {
    readonly node: N;
    readonly run: BoundKernel;
    /** By operand; null where a run makes it. */
    readonly constants: readonly (Tensor | null)[];
    readonly lastUses: readonly ValueId[];
  }[];

  /** @param store where the kernels keep values */
  constructor(graph: Graph<N>, kernels: KernelSet<N>, store: ValueStore = HEAP) {
    this.#graph = graph;
    this.#store = store;
    const lastReader = new Map<ValueId, N>();
    for (const node of graph.nodes) for (const id of node.inputs) lastReader.set(id, node);
    for (const port of graph.outputs) lastReader.delete(port.value);
    for (const id of graph.constants.keys()) lastReader.delete(id);
    this.#bound = graph.nodes.map((node) => ({
      node,
      run: bind(graph, kernels, node),
      constants: node.inputs.map((id) => graph.constants.get(id) ?? null),
      lastUses: [...new Set(node.inputs)].filter((id) => lastReader.get(id) === node),
    }));
  }

  /** Runs the graph on one set of inputs, in the order of `graph.inputs`; returns outputs in the order of `graph.outputs`. */
  run(inputs: readonly Tensor[], observe?: ValueObserver): Tensor[] {
    const graph = this.#graph;
    const store = this.#store;
    store.begin();
    assert(inputs.length === graph.inputs.length, 'one tensor per graph input', { given: inputs.length });
    const live = new Map<ValueId, Tensor>();
    graph.inputs.forEach((port, index) => {
      const expected = graph.values.get(port.value)!.shape;
      assert(sameShape(inputs[index]!.shape, expected), 'an input has the shape of its port', {
        port: port.name,
        expected,
        given: inputs[index]!.shape,
      });
      live.set(port.value, inputs[index]!);
      observe?.(port.value, inputs[index]!);
    });
    for (const { node, run, constants, lastUses } of this.#bound) {
      const value = run(constants.map((constant, operand) => constant ?? live.get(node.inputs[operand]!)!));
      live.set(node.output, value);
      observe?.(node.output, store.kept(value));
      for (const id of lastUses) {
        const last = live.get(id)!;
        live.delete(id);
        store.release(last, live.values());
      }
    }
    return graph.outputs.map(({ value }) => store.kept(graph.constants.get(value) ?? live.get(value)!));
  }
}

function bind<N extends Node>(graph: Graph<N>, kernels: KernelSet<N>, node: N): BoundKernel {
  const operands = node.inputs.map((id) => {
    const { shape, type } = graph.values.get(id)!;
    return { shape, type, constant: graph.constants.get(id) ?? null };
  });
  const { shape, type } = graph.values.get(node.output)!;
  const kernel = kernels[node.op as N['op']] as unknown as BindKernel<N>;
  return kernel(node, operands, { shape, type });
}
