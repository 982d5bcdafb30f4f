import type { IntConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import type { BindKernel } from '../kernel.js';
import type { AccumulatorsOf } from './accumulate.js';
import { convolve } from './conv2d.js';

/** A convolution read backwards: `output = input · stride − pad + tap · dilation`, solved for the input position. */
export const convTranspose2d =
  (accumulators: AccumulatorsOf): BindKernel<IntConvTranspose2d> =>
  (node, _operands, result) => {
    const accumulate = accumulators(node, result);
    return (operands) =>
      convolve(
        node,
        operands,
        result,
        accumulate,
        (output, tap) => (output + node.padTop - tap * node.dilationHeight) / node.strideHeight,
        (output, tap) => (output + node.padLeft - tap * node.dilationWidth) / node.strideWidth,
      );
  };
