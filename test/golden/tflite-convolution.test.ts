import { expect, it } from 'vitest';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import type { ConvTranspose2dGeometry } from '../../src/ir/ops/conv-transpose2d.js';
import { describeShared } from '../support/shared.js';
import { activation, constant, runNode, type TestOperand } from '../support/run-node.js';
import {
  channelRequantizer,
  clampOf,
  failures,
  formatOfTensor,
  tfliteCases,
  type Build,
  type TfliteCase,
  type TfliteTensor,
} from '../support/tflite-cases.js';
import { foldedBias, windowOf } from '../support/tflite-nodes.js';

type Extents4 = readonly [number, number, number, number];
const extents = (tensor: TfliteTensor): Extents4 => tensor.shape as unknown as Extents4;

const arithmetic = (testCase: TfliteCase, x: TfliteTensor, weight: TfliteTensor, build: Build) => ({
  inputZeroPoint: x.zero_point,
  weightZeroPoint: 0,
  requantizer: channelRequantizer(x, weight, testCase.output, build),
  outputZeroPoint: testCase.output.zero_point,
  clamp: clampOf(testCase),
});

const operands = (
  x: TfliteTensor,
  shape: Extents4,
  weight: readonly number[],
  format: TfliteTensor,
  bias: TfliteTensor,
): TestOperand[] => [
  activation(formatOfTensor(x), x.shape, x.data),
  constant(formatOfTensor(format), shape, weight),
  foldedBias(x, weight, bias),
];

describeShared('convolutions equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  it('CONV_2D: 36 int8 cases', () => {
    const cases = tfliteCases('conv_2d', ['int8->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor];
      const [, height, width, inputChannels] = extents(x);
      const [, kernelHeight, kernelWidth, groupInputs] = extents(weight);
      const node = {
        op: 'conv2d',
        groups: inputChannels / groupInputs,
        ...windowOf(testCase, [height, width], [kernelHeight, kernelWidth]),
        ...arithmetic(testCase, x, weight, build),
      } as const;
      const given = operands(x, extents(weight), weight.data, weight, bias);
      return runNode(referenceKernels, node, given, formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 36, wrong: [] });
  });

  it('DEPTHWISE_CONV_2D: 30 int8 cases', () => {
    const cases = tfliteCases('depthwise_conv_2d', ['int8->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor];
      const [, height, width, inputChannels] = extents(x);
      const [, kernelHeight, kernelWidth, outputChannels] = extents(weight);
      const taps = kernelHeight * kernelWidth;
      // TFLite stores [1, height, width, channels]; ours is [channels, height, width, 1].
      const channelFirst = weight.data.map(
        (_, i) => weight.data[(i % taps) * outputChannels + Math.floor(i / taps)]!,
      );
      const node = {
        op: 'depthwiseConv2d',
        groups: inputChannels,
        ...windowOf(testCase, [height, width], [kernelHeight, kernelWidth]),
        ...arithmetic(testCase, x, weight, build),
      } as const;
      const shape = [outputChannels, kernelHeight, kernelWidth, 1] as const;
      const given = operands(x, shape, channelFirst, weight, bias);
      return runNode(referenceKernels, node, given, formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 30, wrong: [] });
  });

  it('TRANSPOSE_CONV: 15 int8 cases', () => {
    const cases = tfliteCases('transpose_conv', ['int32->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const [, weight, x, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor, TfliteTensor];
      const node = {
        op: 'convTranspose2d',
        ...transposedGeometry(testCase, x, weight),
        ...arithmetic(testCase, x, weight, build),
      } as const;
      const given = operands(x, extents(weight), weight.data, weight, bias);
      return runNode(referenceKernels, node, given, formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 15, wrong: [] });
  });
});

/** How far the full result of one axis reaches past the output, once cropped in front. */
const excess = (input: number, stride: number, kernel: number, padBefore: number, output: number): number =>
  (input - 1) * stride + kernel - padBefore - output;

/** TFLite pads a transposed convolution as the forward convolution from its output back to its input. */
function transposedGeometry(
  testCase: TfliteCase,
  x: TfliteTensor,
  weight: TfliteTensor,
): ConvTranspose2dGeometry {
  const [, inputHeight, inputWidth] = extents(x);
  const [, outputHeight, outputWidth] = extents(testCase.output);
  const [, kernelHeight, kernelWidth] = extents(weight);
  const window = windowOf(testCase, [outputHeight, outputWidth], [kernelHeight, kernelWidth]);
  const rows = excess(inputHeight, window.strideHeight, kernelHeight, window.padTop, outputHeight);
  const columns = excess(inputWidth, window.strideWidth, kernelWidth, window.padLeft, outputWidth);
  return {
    ...window,
    groups: 1,
    padBottom: Math.max(rows, 0),
    padRight: Math.max(columns, 0),
    outputPaddingHeight: Math.max(-rows, 0),
    outputPaddingWidth: Math.max(-columns, 0),
  };
}
