import type { IntFormat } from '../../src/arith/int-format.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, NodeBase, Port, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { Executor } from '../../src/kernels/executor.js';
import type { KernelSet, ValueStore } from '../../src/kernels/kernel.js';
import type { Shape } from '../../src/tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../../src/tensor/tensor.js';

/** Everything of a node but its place in a graph. */
type Unplaced<N> = N extends unknown ? Omit<N, keyof NodeBase> : never;
export type UnplacedNode = Unplaced<IntNode>;

/** One operand of the node under test: constants are bound, activations are fed. */
export interface TestOperand {
  readonly tensor: Tensor;
  readonly format: IntFormat;
  readonly constant: boolean;
}

export function activation(format: IntFormat, shape: Shape, codes: ArrayLike<number>): TestOperand {
  return { tensor: tensorFrom(storageType(format), shape, codes), format, constant: false };
}

export function constant(format: IntFormat, shape: Shape, codes: ArrayLike<number>): TestOperand {
  return { ...activation(format, shape, codes), constant: true };
}

/** One integer node as a verified graph of its own, and what is fed to it. */
export function graphOfNode(
  unplaced: UnplacedNode,
  operands: readonly TestOperand[],
  format: IntFormat,
): { readonly graph: IntGraph; readonly fed: readonly Tensor[] } {
  const builder = new GraphBuilder<IntNode>();
  const ids = operands.map((operand, i) => {
    const type = integers(operand.format);
    return operand.constant
      ? builder.addConstant(`operand${i}`, operand.tensor, type)
      : builder.addInput(`operand${i}`, operand.tensor.shape, type);
  });
  const node = { ...unplaced, name: 'node', inputs: ids, output: 'result' } as IntNode;
  builder.addNode(node, integers(format));
  const fed = operands.flatMap((operand, i) => (operand.constant ? [] : [{ operand, id: ids[i]! }]));
  const ports = fed.map(({ id }) => port(id));
  const graph = builder.finish<IntGraph>('integer', 'test', ports, [port('result')], {});
  return { graph, fed: fed.map(({ operand }) => operand.tensor) };
}

/** Runs one integer node as a verified graph of its own, under any set of kernels. */
export function runNode(
  kernels: KernelSet<IntNode>,
  unplaced: UnplacedNode,
  operands: readonly TestOperand[],
  format: IntFormat,
  store?: ValueStore,
): Tensor {
  const { graph, fed } = graphOfNode(unplaced, operands, format);
  return new Executor(graph, kernels, store).run(fed)[0]!;
}

const integers = (format: IntFormat): ValueType => ({ kind: 'int', format, quantization: null });
const port = (value: string): Port => ({ name: value, value, permutation: null });
