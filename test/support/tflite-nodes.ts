import type { Window2d } from '../../src/tensor/window.js';
import { constant, type TestOperand } from './run-node.js';
import { INT32 } from '../../src/arith/int-format.js';
import { paddingOf, type TfliteCase, type TfliteTensor } from './tflite-cases.js';

/** The window of a convolution or pooling case over an input of the given height and width. */
export function windowOf(
  { params }: TfliteCase,
  [height, width]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
): Window2d {
  const [dilationHeight, dilationWidth] = [params['dh'] ?? 1, params['dw'] ?? 1];
  const rows = paddingOf(params['pad']!, height, kernelHeight, params['sh']!, dilationHeight);
  const columns = paddingOf(params['pad']!, width, kernelWidth, params['sw']!, dilationWidth);
  return {
    kernelHeight,
    kernelWidth,
    strideHeight: params['sh']!,
    strideWidth: params['sw']!,
    dilationHeight,
    dilationWidth,
    padTop: rows.before,
    padBottom: rows.after,
    padLeft: columns.before,
    padRight: columns.after,
  };
}

/** The bias constant of our array operators: `b − inputZeroPoint · Σ weight`, one sum per output channel. */
export function foldedBias(x: TfliteTensor, weight: readonly number[], bias: TfliteTensor): TestOperand {
  const outputs = bias.data.length;
  const taps = weight.length / outputs;
  const folded = bias.data.map((b, channel) => {
    const channelWeights = weight.slice(channel * taps, (channel + 1) * taps);
    return b - x.zero_point * channelWeights.reduce((sum, w) => sum + w, 0);
  });
  return constant(INT32, [outputs], folded);
}
