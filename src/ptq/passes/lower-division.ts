import type { FloatGraph } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph, type Pass } from '../../ir/pass.js';
import { tensor, type FloatTensor, type Tensor } from '../../tensor/tensor.js';

/**
 * Turns a division into a product with the reciprocal: computed here where the divisor is constant (one more rounding of
 * float32), by a table at run time where it is not.
 */
export const lowerDivision: Pass<FloatGraph> = {
  name: 'lowerDivision',
  run: (graph) => {
    const replacements = new Map<FloatNode, readonly FloatNode[]>();
    const constants = new Map<string, Tensor>();
    for (const node of graph.nodes) {
      if (node.op !== 'div') continue;
      const [dividend, divisor] = node.inputs as [string, string];
      const constant = graph.constants.get(divisor) as FloatTensor | undefined;
      const reciprocal = `${node.name}.reciprocal`;
      const product: FloatNode = { ...node, op: 'mul', inputs: [dividend, reciprocal] };
      if (constant !== undefined) {
        constants.set(
          reciprocal,
          tensor(
            'float32',
            constant.shape,
            constant.data.map((value) => 1 / value),
          ),
        );
        replacements.set(node, [product]);
      } else {
        const table: FloatNode = {
          op: 'unary',
          name: reciprocal,
          inputs: [divisor],
          output: reciprocal,
          function: { kind: 'reciprocal' },
        };
        replacements.set(node, [table, product]);
      }
    }
    return rewriteFloatGraph(graph, { replacements, constants });
  },
};
