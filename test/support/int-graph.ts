import type { IntFormat } from '../../src/arith/int-format.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import type { Shape } from '../../src/tensor/shape.js';
import type { UnplacedNode } from './run-node.js';

/** A graph of one node whose operands are all inputs: enough for everything that depends on shapes and formats alone. */
export function nodeGraph(
  unplaced: UnplacedNode,
  operands: readonly { readonly shape: Shape; readonly format: IntFormat }[],
  format: IntFormat,
): { readonly graph: IntGraph; readonly node: IntNode } {
  const builder = new GraphBuilder<IntNode>();
  const inputs = operands.map((operand, i) =>
    builder.addInput(`operand${i}`, operand.shape, codes(operand.format)),
  );
  const node = { ...unplaced, name: 'node', inputs, output: 'result' } as IntNode;
  builder.addNode(node, codes(format));
  const ports = inputs.map((value) => ({ name: value, value, permutation: null }));
  const outputs = [{ name: 'result', value: 'result', permutation: null }];
  return { graph: builder.finish<IntGraph>('integer', 'one node', ports, outputs, {}), node };
}

function codes(format: IntFormat): ValueType {
  return { kind: 'int', format, quantization: null };
}
