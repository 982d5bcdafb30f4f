import type { IntConv2d, IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import type { BindKernel } from '../kernel.js';
import { bindConvolution } from './convolution.js';

export const conv2d: BindKernel<IntConv2d | IntDepthwiseConv2d> = (node, operands, result) =>
  bindConvolution(node, node, operands, result, operands[0]!.shape, result.shape);
