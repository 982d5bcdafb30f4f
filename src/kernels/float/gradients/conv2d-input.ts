import type { Conv2dGeometry } from '../../../ir/ops/conv2d.js';
import type { Shape } from '../../../tensor/shape.js';
import type { FloatTensor } from '../../../tensor/tensor.js';
import { outputHeight, outputWidth } from '../../../tensor/window.js';
import { UNBOUNDED } from '../operands.js';
import { PANEL_WIDTH } from '../panels.js';
import { TransposedWindows } from '../transposed-windows.js';

/** dX of a layer, from dY and the weights it had: the gradients of a loss in the input and in the output. */
export type InputGradient = (gradient: FloatTensor, weight: FloatTensor) => FloatTensor;

/**
 * dX of a convolution without activation, of any geometry: the transposed convolution of dY with the same weights. Sums are in
 * the order that `FloatLoops` states, over the values of dY as they lie in memory.
 *
 * @param xShape of a batch, NHWC; the batches of dY may have any size
 * @param weightShape OHWI
 */
export function conv2dInputGradient(
  geometry: Conv2dGeometry,
  xShape: Shape,
  weightShape: Shape,
): InputGradient {
  const { groups } = geometry;
  const [, height, width, channels] = xShape as Extents4;
  const [outputs, kernelHeight, kernelWidth, groupChannels] = weightShape as Extents4;
  const groupOutputs = outputs / groups;
  const outputWeights = kernelHeight * kernelWidth * groupChannels;
  const gradientShape = [1, outputHeight(height, geometry), outputWidth(width, geometry), outputs];
  const windows = new TransposedWindows(geometry, gradientShape, [height, width], {
    groups,
    groupChannels: groupOutputs,
    groupOutputs: groupChannels,
  });
  const strides = {
    group: groupOutputs * outputWeights,
    output: 1,
    tap: groupChannels,
    channel: outputWeights,
  };
  const noBias = new Float32Array(channels + PANEL_WIDTH);
  return (gradient, weight) =>
    windows.products.run(gradient, windows.pack(weight.data, strides), noBias, UNBOUNDED);
}

type Extents4 = [number, number, number, number];
