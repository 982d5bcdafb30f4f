import type { ArrayNode } from '../../ir/array-node.js';
import type { IntNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import type { AccumulatorsOf } from './accumulate.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { fullyConnected, matMul } from './matrix.js';

/** The operators of the MAC array, with sums formed by the accumulators given. */
export function arrayKernels(accumulators: AccumulatorsOf): KernelSet<ArrayNode<IntNode>> {
  return {
    conv2d: conv2d(accumulators),
    depthwiseConv2d: conv2d(accumulators),
    convTranspose2d: convTranspose2d(accumulators),
    fullyConnected: fullyConnected(accumulators),
    matMul: matMul(accumulators),
  };
}
