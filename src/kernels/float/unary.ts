import type { FloatUnary } from '../../ir/ops/elementwise.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';
import { unaryFunction } from './unary-function.js';

/** Element by element, evaluated in doubles and rounded to float32 once. */
export const unary: BindKernel<FloatUnary> = (node, _operands, { shape }) => {
  const f = unaryFunction(node.function);
  return (tensors) => {
    const x = floats(tensors[0]);
    const output = zeros('float32', shape);
    for (let i = 0; i < x.length; i += 1) output.data[i] = f(x[i]!);
    return output;
  };
};
