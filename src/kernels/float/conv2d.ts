import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import { elementCount } from '../../tensor/shape.js';
import type { BindKernel } from '../kernel.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { ImageProducts } from './image-products.js';
import { BLOCK_TERMS } from './loops.js';
import { derived, floatTensor, UNBOUNDED } from './operands.js';
import { PaddedImage, windowStarts, windowTaps } from './padded-image.js';
import { derivedBias, evenOffsets, packPanels, rowPieces } from './panels.js';

/**
 * Convolution as a matrix product without im2col: in a padded NHWC image the values under a window are a few contiguous
 * stretches, at the same distances for every window.
 */
export const conv2d: BindKernel<FloatConv2d> = (node, operands, result) =>
  operands[1]!.shape[3] === 1 && node.groups > 1 && node.kernelHeight * node.kernelWidth <= BLOCK_TERMS
    ? depthwiseConv2d(node, operands, result)
    : denseConv2d(node, operands, result);

const denseConv2d: BindKernel<FloatConv2d> = (node, [x, weight, bias], result) => {
  const [, height, width, outputs] = result.shape as [number, number, number, number];
  const image = new PaddedImage(x!.shape, node);
  const groupChannels = weight!.shape[3]!;
  const groupOutputs = outputs / node.groups;
  const depth = elementCount(weight!.shape.slice(1));
  const starts = windowStarts(node, image, height, width);
  const targets = evenOffsets(height * width, outputs);
  const taps = windowTaps(node, image, node.kernelWidth);
  const groups = Array.from({ length: node.groups }, (_, group) => group);
  const products = groups.map((group) => ({
    rows: {
      starts,
      pieces: rowPieces(
        taps.map((tap) => tap + group * groupChannels),
        groupChannels,
      ),
    },
    targets,
    firstOutput: group * groupOutputs,
  }));
  const convolution = new ImageProducts(image, products, result.shape.slice(1));

  const panelsOf = derived(weight!, (values) =>
    groups.map((group) =>
      packPanels(values, group * groupOutputs * depth, groupOutputs, depth, evenOffsets(depth, 1)),
    ),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) =>
    convolution.run(
      floatTensor(tensors[0]),
      panelsOf(tensors[1]),
      biasOf(tensors[2]),
      node.activation ?? UNBOUNDED,
    );
};
