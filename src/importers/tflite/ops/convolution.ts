import { shapeText, type Shape } from '../../../tensor/shape.js';
import type { Window2d } from '../../../tensor/window.js';
import type { ValueId } from '../../../ir/graph.js';
import type { OperatorImport } from '../operator-import.js';
import { fusedRange } from './activation.js';
import type { ImportOperator, OperatorNamed } from './operator.js';
import { windowOf } from './window.js';

/** The extents of a rank-4 operand. */
function extents4(
  node: OperatorImport,
  shape: Shape,
  role: string,
): readonly [number, number, number, number] {
  if (shape.length === 4) return shape as unknown as readonly [number, number, number, number];
  throw node.refuse({ found: `${role} of shape ${shapeText(shape)}`, expected: 'four axes' });
}

/**
 * The bias, where there is one, after the operands. An int32 bias beside int16 activations asks for int32 sums, which
 * wrap (`ConvPerChannel` of reference/integer_ops/conv.h with an int32 `AccumScalar`): that is not what an int64 bias gets.
 *
 * @param x which input the activations are.
 */
function withBias(
  node: OperatorImport,
  inputs: readonly ValueId[],
  x: number,
  bias: number,
): readonly ValueId[] {
  if (!node.has(bias)) return inputs;
  node.requireConstantCodes(bias, 'a bias');
  if (node.tensor(x).type === 'int16' && node.tensor(bias).type !== 'int64') {
    throw node.refuse({
      found: `a bias of ${node.tensor(bias).type} beside int16 activations`,
      expected: 'int64, which their sums have',
    });
  }
  return [...inputs, node.real(bias)];
}

/** The weights as real numbers. */
function weights(node: OperatorImport, input: number): ValueId {
  node.requireConstantCodes(input, 'weights');
  return node.real(input);
}

function dilatedWindow(
  node: OperatorImport<OperatorNamed<'CONV_2D' | 'DEPTHWISE_CONV_2D'>>,
  [height, width]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
): Window2d {
  const { options } = node.source;
  return windowOf(node, {
    padding: options.padding,
    height,
    width,
    rows: { kernel: kernelHeight, stride: options.strideH, dilation: options.dilationHFactor },
    columns: { kernel: kernelWidth, stride: options.strideW, dilation: options.dilationWFactor },
  });
}

/** CONV_2D: weights are OHWI already; fewer input channels than the image has make groups. */
export const conv2d: ImportOperator<'CONV_2D'> = (node) => {
  const { options } = node.source;
  const [, height, width, channels] = extents4(node, node.shape(node.value(0)), 'an input');
  const [, kernelHeight, kernelWidth, groupChannels] = extents4(node, node.shape(node.value(1)), 'weights');
  const window = dilatedWindow(node, [height, width], [kernelHeight, kernelWidth]);
  node.result(
    {
      op: 'conv2d',
      ...window,
      groups: Math.max(1, Math.floor(channels / groupChannels)),
      activation: fusedRange(node, options.fusedActivationFunction),
    },
    withBias(node, [node.real(0), weights(node, 1)], 0, 2),
  );
};

/** DEPTHWISE_CONV_2D: weights [1, height, width, input channels · multiplier] become one group per input channel. */
export const depthwiseConv2d: ImportOperator<'DEPTHWISE_CONV_2D'> = (node) => {
  const { options } = node.source;
  const [, height, width, channels] = extents4(node, node.shape(node.value(0)), 'an input');
  const [one, kernelHeight, kernelWidth] = extents4(node, node.shape(node.value(1)), 'weights');
  if (one !== 1) {
    throw node.refuse({
      found: `weights of ${one} filters`,
      expected: 'one, with a plane for each output channel',
    });
  }
  const window = dilatedWindow(node, [height, width], [kernelHeight, kernelWidth]);
  node.requireConstantCodes(1, 'weights');
  const weight = node.asReal(node.transposedConstant(1, [3, 1, 2, 0]));
  node.result(
    {
      op: 'conv2d',
      ...window,
      groups: channels,
      activation: fusedRange(node, options.fusedActivationFunction),
    },
    withBias(node, [node.real(0), weight], 0, 2),
  );
};

/**
 * TRANSPOSE_CONV: the output's shape is given, and the padding that of a convolution from it to the input. What the full
 * result has beside the output is cropped, what it lacks is added at the end.
 */
export const transposeConv: ImportOperator<'TRANSPOSE_CONV'> = (node) => {
  const { options } = node.source;
  const shape = node.integers(0, 'the shape of the output');
  const [, height, width] = extents4(node, shape, 'an output');
  const [, kernelHeight, kernelWidth] = extents4(node, node.shape(node.value(1)), 'weights');
  const [, inputHeight, inputWidth] = extents4(node, node.shape(node.value(2)), 'an input');
  const window = windowOf(node, {
    padding: options.padding,
    height,
    width,
    rows: { kernel: kernelHeight, stride: options.strideH, dilation: 1 },
    columns: { kernel: kernelWidth, stride: options.strideW, dilation: 1 },
  });
  const restRows = beside(inputHeight, window.strideHeight, kernelHeight, window.padTop, height);
  const restColumns = beside(inputWidth, window.strideWidth, kernelWidth, window.padLeft, width);
  node.result(
    {
      op: 'convTranspose2d',
      ...window,
      padBottom: Math.max(restRows, 0),
      padRight: Math.max(restColumns, 0),
      outputPaddingHeight: Math.max(-restRows, 0),
      outputPaddingWidth: Math.max(-restColumns, 0),
      groups: 1,
      activation: fusedRange(node, options.fusedActivationFunction),
    },
    withBias(node, [node.real(2), weights(node, 1)], 2, 3),
  );
};

/** What the full result has behind the output, along one axis. */
function beside(input: number, stride: number, kernel: number, before: number, output: number): number {
  return (input - 1) * stride + kernel - before - output;
}

/** FULLY_CONNECTED: whatever the input's axes, rows of as many features as the weights have. */
export const fullyConnected: ImportOperator<'FULLY_CONNECTED'> = (node) => {
  const { options } = node.source;
  if (options.weightsFormat !== 'DEFAULT') {
    throw node.refuse({ found: `weights in the format ${options.weightsFormat}`, expected: 'DEFAULT' });
  }
  const x = node.value(0);
  const shape = node.shape(x);
  const features = node.shape(node.value(1)).at(-1) ?? 1;
  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (elements % features !== 0) {
    throw node.refuse({ found: `an input of ${shapeText(shape)}`, expected: `rows of ${features} features` });
  }
  const rows =
    shape.at(-1) === features && shape.length === 2
      ? x
      : node.step({ op: 'reshape', shape: [elements / features, features] }, [x], 'rows', node.type(x));
  node.result(
    { op: 'fullyConnected', activation: fusedRange(node, options.fusedActivationFunction) },
    withBias(node, [node.asReal(rows), weights(node, 1)], 0, 2),
  );
};

/** BATCH_MATMUL; transposed operands are transposed first. */
export const batchMatMul: ImportOperator<'BATCH_MATMUL'> = (node) => {
  const { adjX, adjY } = node.source.options;
  const operand = (input: number, isAdjoint: boolean): ValueId => {
    const id = node.value(input);
    const axes = node.shape(id).map((_, axis) => axis);
    if (!isAdjoint || axes.length < 2) return node.asReal(id);
    const permutation = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
    return node.asReal(node.step({ op: 'transpose', permutation }, [id], `operand${input}`, node.type(id)));
  };
  node.result({ op: 'matMul' }, [operand(0, adjX), operand(1, adjY)]);
};
