import type { FloatUnary } from '../../ir/ops/elementwise.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';
import { unaryFunction } from './unary-function.js';
import { copied, withLoops } from './with-loops.js';

/** Element by element, evaluated in doubles and rounded to float32 once. */
export const unary: BindKernel<FloatUnary> = (node, _operands, { shape }) => {
  const named = node.function;
  const f = unaryFunction(named);
  return (tensors) => {
    const x = floats(tensors[0]);
    const output = zeros('float32', shape);
    if (named.kind === 'clip') {
      withLoops((loops) => {
        const values = copied(loops, x);
        loops.clip(values, named);
        output.data.set(values);
      });
    } else for (let i = 0; i < x.length; i += 1) output.data[i] = f(x[i]!);
    return output;
  };
};
