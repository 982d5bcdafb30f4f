import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { PaddedImage, windowStarts, windowTaps } from './padded-image.js';
import { derivedBias, evenOffsets, packPanels, PANEL_WIDTH, storeLanes, type Panels } from './panels.js';

/** One input channel per group: output o filters channel `floor(o / multiplier)`. No channel is summed over. */
export const depthwiseConv2d: BindKernel<FloatConv2d> = (node, [x, weight, bias], result) => {
  const [batch, height, width, outputs] = result.shape as [number, number, number, number];
  const image = new PaddedImage(x!.shape, node);
  const multiplier = outputs / node.groups;
  const starts = windowStarts(node, image, height, width);
  const taps = windowTaps(node, image, node.kernelWidth);
  const channelOf = Int32Array.from({ length: outputs }, (_, output) => Math.floor(output / multiplier));
  const imageOutputs = height * width * outputs;
  const range = node.activation ?? UNBOUNDED;

  const panelsOf = derived(weight!, (values) =>
    packPanels(values, 0, outputs, taps.length, evenOffsets(taps.length, 1)),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    for (let index = 0; index < batch; index += 1) {
      filterChannels(
        image.load(floats(tensors[0]), index),
        starts,
        taps,
        channelOf,
        panelsOf(tensors[1]),
        biasOf(tensors[2]),
        output.data.subarray(index * imageOutputs),
        range,
      );
    }
    return output;
  };
};

/**
 * As `multiplyPanels`, each output reading its own channel. All outputs of two windows come before the next two, because
 * the channels of a pixel share cache lines.
 */
function filterChannels(
  values: Float64Array,
  starts: Int32Array,
  taps: Int32Array,
  channelOf: Int32Array,
  { outputs, weights }: Panels,
  bias: Float64Array,
  output: Float32Array,
  { min, max }: RealRange,
): void {
  const last = starts.length - 1;
  const lastOutput = outputs - 1;
  const lanes = PANEL_WIDTH; // A local stays in a register; V8 rereads a module's constant in every iteration.
  for (let i = 0; i <= last; i += 2) {
    const next = i < last ? i + 1 : i;
    const startA = starts[i]!;
    const startB = starts[next]!;
    let w = 0;
    for (let first = 0; first < outputs; first += lanes) {
      // Lanes beyond the last output have weight zero, read its channel and are not stored.
      const channel0 = channelOf[first]!;
      const channel1 = channelOf[Math.min(first + 1, lastOutput)]!;
      const channel2 = channelOf[Math.min(first + 2, lastOutput)]!;
      const channel3 = channelOf[Math.min(first + 3, lastOutput)]!;
      let a0 = bias[first]!;
      let a1 = bias[first + 1]!;
      let a2 = bias[first + 2]!;
      let a3 = bias[first + 3]!;
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      for (let tap = 0; tap < taps.length; tap += 1) {
        const atA = (startA + taps[tap]!) | 0;
        const atB = (startB + taps[tap]!) | 0;
        const w0 = weights[w]!;
        const w1 = weights[(w + 1) | 0]!;
        const w2 = weights[(w + 2) | 0]!;
        const w3 = weights[(w + 3) | 0]!;
        a0 += values[(atA + channel0) | 0]! * w0;
        a1 += values[(atA + channel1) | 0]! * w1;
        a2 += values[(atA + channel2) | 0]! * w2;
        a3 += values[(atA + channel3) | 0]! * w3;
        b0 += values[(atB + channel0) | 0]! * w0;
        b1 += values[(atB + channel1) | 0]! * w1;
        b2 += values[(atB + channel2) | 0]! * w2;
        b3 += values[(atB + channel3) | 0]! * w3;
        w = (w + lanes) | 0;
      }
      const width = Math.min(lanes, outputs - first);
      storeLanes(output, i * outputs + first, width, min, max, a0, a1, a2, a3);
      storeLanes(output, next * outputs + first, width, min, max, b0, b1, b2, b3);
    }
  }
}
