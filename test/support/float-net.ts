import { GraphBuilder } from '../../src/ir/builder.js';
import type { FloatGraph, NodeBase, Port, ValueId } from '../../src/ir/graph.js';
import type { FloatNode } from '../../src/ir/operators.js';
import { Executor, type ValueObserver } from '../../src/kernels/executor.js';
import { floatKernels } from '../../src/kernels/float/index.js';
import type { Shape } from '../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';

/** Everything of a node but its place in a graph. */
type Unplaced<N> = N extends unknown ? Omit<N, keyof NodeBase> : never;
export type UnplacedFloatNode = Unplaced<FloatNode>;

/** Writes small float graphs tersely: nodes name themselves after their operator, and ids come back from every call. */
export class FloatNet {
  readonly #builder = new GraphBuilder<FloatNode>();
  readonly #inputs: Port[] = [];

  input(shape: Shape, name = this.#builder.freshId('x')): ValueId {
    this.#inputs.push(port(name));
    return this.#builder.addInput(name, shape);
  }

  constant(shape: Shape, values: ArrayLike<number>): ValueId {
    return this.#builder.addConstant(this.#builder.freshId('constant'), tensorFrom('float32', shape, values));
  }

  /** Appends a node and returns its output, which has the node's name. */
  node(unplaced: UnplacedFloatNode, inputs: readonly ValueId[], stem: string = unplaced.op): ValueId {
    const name = this.#builder.freshId(stem);
    return this.#builder.addNode({ ...unplaced, name, inputs, output: name });
  }

  relu(x: ValueId): ValueId {
    return this.node({ op: 'unary', function: { kind: 'clip', min: 0, max: Infinity } }, [x], 'relu');
  }

  shape(id: ValueId): Shape {
    return this.#builder.value(id).shape;
  }

  finish(outputs: readonly ValueId[]): FloatGraph {
    return this.#builder.finish('float', 'test', this.#inputs, outputs.map(port), {});
  }
}

const port = (value: ValueId): Port => ({ name: value, value, permutation: null });

/** The outputs of a float graph without permuted ports. */
export function runFloat(
  graph: FloatGraph,
  sample: readonly FloatTensor[],
  observe?: ValueObserver,
): FloatTensor[] {
  return new Executor(graph, floatKernels).run(sample, observe) as FloatTensor[];
}

/** How often an operator occurs. */
export function countOf(graph: FloatGraph, op: FloatNode['op']): number {
  return graph.nodes.filter((node) => node.op === op).length;
}
