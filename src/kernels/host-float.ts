import type { HostFloat } from '../ir/ops/host-float.js';
import type { FloatNode } from '../ir/operators.js';
import { floatKernels } from './float/index.js';
import type { BindKernel } from './kernel.js';

/** What the host computes in float32 in the middle of an integer graph: the float kernels, whoever runs the rest. */
export const hostFloat: BindKernel<HostFloat> = (node, operands, result) => {
  const { operator, name, inputs, output } = node;
  const kernel = floatKernels[operator.op] as unknown as BindKernel<FloatNode>;
  return kernel({ ...operator, name, inputs, output }, operands, result);
};
