import { INT32 } from '../../../src/arith/int-format.js';
import type { Window2d } from '../../../src/tensor/window.js';
import { constant, type TestOperand } from '../run-node.js';
import { param, zeroPointOf, type TfliteCase, type TfliteTensor } from './tensor.js';

export type Extents4 = readonly [number, number, number, number];

export const extents4 = ({ shape }: TfliteTensor): Extents4 => shape as unknown as Extents4;

/** The window of a convolution or pooling case over an input of the given height and width. */
export function windowOf(
  testCase: TfliteCase,
  [height, width]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
): Window2d {
  const { params } = testCase;
  const [dilationHeight, dilationWidth] = [params['dh'] ?? 1, params['dw'] ?? 1];
  const [strideHeight, strideWidth] = [param(testCase, 'sh'), param(testCase, 'sw')];
  const kind = param(testCase, 'pad');
  const rows = paddingOf(kind, height, kernelHeight, strideHeight, dilationHeight);
  const columns = paddingOf(kind, width, kernelWidth, strideWidth, dilationWidth);
  return {
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop: rows.before,
    padBottom: rows.after,
    padLeft: columns.before,
    padRight: columns.after,
  };
}

/** Padding of one axis: 1 is SAME (the odd element goes to the end), 2 is VALID. */
function paddingOf(
  kind: number,
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
): { readonly before: number; readonly after: number } {
  if (kind === 2) return { before: 0, after: 0 };
  const covered = (Math.ceil(input / stride) - 1) * stride + (kernel - 1) * dilation + 1;
  const total = Math.max(covered - input, 0);
  return { before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
}

/** The bias of every output channel; zeros where the operator has none. */
export function biasOf(bias: TfliteTensor | undefined, outputs: number): readonly number[] {
  return bias?.data ?? Array.from({ length: outputs }, () => 0);
}

/**
 * The bias constant of our array operators: `b − inputZeroPoint · Σ (weight − weightZeroPoint)`, one sum per output channel.
 * Weights come channel by channel.
 */
export function foldedBias(
  x: TfliteTensor,
  weight: readonly number[],
  weightZeroPoint: number,
  bias: readonly number[],
): TestOperand {
  const taps = weight.length / bias.length;
  const folded = bias.map((b, channel) => {
    const channelWeights = weight.slice(channel * taps, (channel + 1) * taps);
    const sum = channelWeights.reduce((total, w) => total + w - weightZeroPoint, 0);
    return b - zeroPointOf(x) * sum;
  });
  return constant(INT32, [bias.length], folded);
}
