import type { Shape } from '../../tensor/shape.js';
import { transposedOutputHeight, transposedOutputWidth, type Window2d } from '../../tensor/window.js';
import type { NodeBase } from '../graph.js';
import type { ArrayArithmetic } from './array-arithmetic.js';
import type { RealRange } from './real-range.js';

/**
 * Transposed 2-D convolution: each input pixel adds its kernel to the output, `stride` apart; pads crop the result.
 * Inputs: x [batch, height, width, inputChannels], weight [outputChannels, kernelHeight, kernelWidth, inputChannels /
 * groups], bias [outputChannels]. Output channels of group g come from the input channels of group g. Taps that meet no
 * input pixel, at borders and between strides, are real zero: code `inputZeroPoint` in the integer dialect.
 */
export interface ConvTranspose2dGeometry extends Window2d {
  readonly groups: number;
  readonly outputPaddingHeight: number;
  readonly outputPaddingWidth: number;
}

export interface FloatConvTranspose2d extends NodeBase, ConvTranspose2dGeometry {
  readonly op: 'convTranspose2d';
  readonly activation: RealRange | null;
}

export interface IntConvTranspose2d extends NodeBase, ConvTranspose2dGeometry, ArrayArithmetic {
  readonly op: 'convTranspose2d';
}

export function convTranspose2dShape(node: ConvTranspose2dGeometry, [x, weight]: readonly Shape[]): Shape {
  return [
    x![0]!,
    transposedOutputHeight(x![1]!, node, node.outputPaddingHeight),
    transposedOutputWidth(x![2]!, node, node.outputPaddingWidth),
    weight![0]!,
  ];
}
