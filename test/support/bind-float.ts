import { FLOAT32 } from '../../src/ir/graph.js';
import { rulesOf, type FloatNode } from '../../src/ir/operators.js';
import { floatKernels } from '../../src/kernels/float/index.js';
import type { BindKernel } from '../../src/kernels/kernel.js';
import type { FloatTensor } from '../../src/tensor/tensor.js';

/**
 * A float kernel bound to a node as the executor binds it, for operands of the shapes of `inputs`. Where `constant`, all
 * operands but the first are known to it.
 */
export function bindFloat(
  node: FloatNode,
  inputs: readonly FloatTensor[],
  constant = true,
): (inputs: readonly FloatTensor[]) => FloatTensor {
  const shapes = inputs.map((input) => input.shape);
  const problems = rulesOf(node).problems(node, shapes);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const operands = inputs.map((input, index) => {
    return { shape: input.shape, type: FLOAT32, constant: constant && index > 0 ? input : null };
  });
  const bind = floatKernels[node.op] as unknown as BindKernel<FloatNode>;
  const run = bind(node, operands, { shape: rulesOf(node).shape(node, shapes), type: FLOAT32 });
  return (values) => run(values) as FloatTensor;
}
