import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { PaddedImage, windowStarts, windowTaps } from './padded-image.js';
import { derivedBias, evenOffsets, packPanels } from './panels.js';
import { copied, withLoops } from './with-loops.js';

/**
 * One input channel per group: output o filters channel `floor(o / multiplier)`, which is in the padded image as often as there
 * are outputs of it. No channel is summed over.
 */
export const depthwiseConv2d: BindKernel<FloatConv2d> = (node, [x, weight, bias], result) => {
  const [batch, height, width, outputs] = result.shape as [number, number, number, number];
  const image = new PaddedImage(x!.shape, node, outputs / node.groups);
  const starts = windowStarts(node, image, height, width);
  const taps = windowTaps(node, image, node.kernelWidth);
  const targets = evenOffsets(height * width, outputs);
  const imageOutputs = height * width * outputs;

  const panelsOf = derived(weight!, (values) =>
    packPanels(values, 0, outputs, taps.length, evenOffsets(taps.length, 1)),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const panels = panelsOf(tensors[1]);
    withLoops((loops) => {
      const filter = {
        values: image.allocate(loops),
        starts: loops.indices(starts),
        taps: loops.indices(taps),
        panels: { ...panels, weights: copied(loops, panels.weights) },
        bias: copied(loops, biasOf(tensors[2])),
        output: loops.floats(imageOutputs),
        targets: loops.indices(targets),
        range: node.activation ?? UNBOUNDED,
      };
      for (let index = 0; index < batch; index += 1) {
        image.draw(floats(tensors[0]), index, filter.values);
        loops.filterChannels(filter);
        output.data.set(filter.output, index * imageOutputs);
      }
    });
    return output;
  };
};
