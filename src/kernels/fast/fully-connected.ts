import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { IntFullyConnected } from '../../ir/ops/matrix.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { POINT_WINDOW } from '../../tensor/window.js';
import type { BindKernel } from '../kernel.js';
import { bindConvolution } from './convolution.js';

export const POINTWISE: Conv2dGeometry = { ...POINT_WINDOW, groups: 1 };

/** The input and the output as images one pixel wide, with a pixel for every row of x. */
export function rowImages(x: Shape, result: Shape): { readonly input: Shape; readonly output: Shape } {
  const rows = elementCount(x.slice(0, -1));
  return { input: [1, rows, 1, x.at(-1)!], output: [1, rows, 1, result.at(-1)!] };
}

/** A 1x1 convolution of such images. */
export const fullyConnected: BindKernel<IntFullyConnected> = (node, operands, result) => {
  const { input, output } = rowImages(operands[0]!.shape, result.shape);
  return bindConvolution(node, POINTWISE, operands, result, input, output);
};
