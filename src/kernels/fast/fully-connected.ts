import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { IntFullyConnected } from '../../ir/ops/matrix.js';
import { elementCount } from '../../tensor/shape.js';
import { POINT_WINDOW } from '../../tensor/window.js';
import type { BindKernel } from '../kernel.js';
import { bindConvolution } from './convolution.js';

const POINTWISE: Conv2dGeometry = { ...POINT_WINDOW, groups: 1 };

/** A 1x1 convolution of an image one pixel wide, with a pixel for every row of x. */
export const fullyConnected: BindKernel<IntFullyConnected> = (node, operands, result) => {
  const features = operands[0]!.shape.at(-1)!;
  const outputs = result.shape.at(-1)!;
  const rows = elementCount(operands[0]!.shape.slice(0, -1));
  return bindConvolution(node, POINTWISE, operands, result, [1, rows, 1, features], [1, rows, 1, outputs]);
};
