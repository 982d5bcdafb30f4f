import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import { elementCount } from '../../tensor/shape.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { PaddedImage, windowStarts, windowTaps } from './padded-image.js';
import { derivedBias, evenOffsets, multiplyPanels, packPanels } from './panels.js';

/**
 * Convolution as a matrix product without im2col: in a padded NHWC image the values under a window are a few contiguous
 * stretches, at the same distances for every window.
 */
export const conv2d: BindKernel<FloatConv2d> = (node, operands, result) =>
  operands[1]!.shape[3] === 1 && node.groups > 1
    ? depthwiseConv2d(node, operands, result)
    : denseConv2d(node, operands, result);

const denseConv2d: BindKernel<FloatConv2d> = (node, [x, weight, bias], result) => {
  const [batch, height, width, outputs] = result.shape as [number, number, number, number];
  const image = new PaddedImage(x!.shape, node);
  const groupChannels = weight!.shape[3]!;
  const groupOutputs = outputs / node.groups;
  const imageOutputs = height * width * outputs;
  const depth = elementCount(weight!.shape.slice(1));
  const starts = windowStarts(node, image, height, width);
  const targets = evenOffsets(height * width, outputs);
  const range = node.activation ?? UNBOUNDED;

  // Undilated and ungrouped, the taps of one kernel row are neighbours: one long stretch.
  const joined = node.groups === 1 && node.dilationWidth === 1;
  const run = joined ? node.kernelWidth * groupChannels : groupChannels;
  const taps = windowTaps(node, image, joined ? 1 : node.kernelWidth);
  const rowsOfGroup = Array.from({ length: node.groups }, (_, group) => ({
    starts,
    taps: taps.map((tap) => tap + group * groupChannels),
    run,
  }));

  const panelsOf = derived(weight!, (values) =>
    rowsOfGroup.map((_, group) =>
      packPanels(values, group * groupOutputs * depth, groupOutputs, depth, evenOffsets(depth, 1)),
    ),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const panels = panelsOf(tensors[1]);
    const biases = biasOf(tensors[2]);
    for (let index = 0; index < batch; index += 1) {
      const values = image.load(floats(tensors[0]), index);
      rowsOfGroup.forEach((rows, group) => {
        const firstOutput = group * groupOutputs;
        const part = output.data.subarray(index * imageOutputs + firstOutput);
        multiplyPanels(values, rows, panels[group]!, biases.subarray(firstOutput), part, targets, range);
      });
    }
    return output;
  };
};
