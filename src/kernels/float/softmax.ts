import type { FloatSoftmax } from '../../ir/ops/normalization.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';

/**
 * `exp(x − max) / Σ exp(x − max)`, or its logarithm `x − max − ln Σ exp(x − max)`, over the last axis. Taking the maximum
 * off first changes nothing in real numbers and keeps every exponential within (0, 1].
 */
export const softmax: BindKernel<FloatSoftmax> = (node, _operands, { shape }) => {
  const length = shape.at(-1) ?? 1;
  const beta = node.beta ?? 1;
  return (tensors) => {
    const x = floats(tensors[0]);
    const output = zeros('float32', shape);
    for (let start = 0; start < x.length; start += length) {
      let max = -Infinity;
      for (let i = start; i < start + length; i += 1) max = Math.max(max, x[i]!);
      let sum = 0;
      for (let i = start; i < start + length; i += 1) sum += Math.exp(beta * (x[i]! - max));
      const logSum = Math.log(sum);
      for (let i = start; i < start + length; i += 1) {
        const difference = beta * (x[i]! - max);
        output.data[i] = node.op === 'softmax' ? Math.exp(difference) / sum : difference - logSum;
      }
    }
    return output;
  };
};
