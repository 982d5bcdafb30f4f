import { expect, it } from 'vitest';
import { constant, described, fed, integers } from '../../support/tflite/model-parts.js';
import { conv, grid, image, refusalOf, weights, type Refused } from '../../support/tflite/refusal.js';

/** Layers that are refused: one message that names file, operator, result and what is wrong. */
const refused: readonly Refused[] = [
  {
    name: 'FULLY_CONNECTED',
    why: 'int32 sums of int16 codes',
    inputs: [
      fed('int16', [1, 2], [1, 2], grid),
      constant('int8', [1, 2], [1, 2], grid),
      constant('int32', [1], [3], [0.25, 0]),
    ],
    outputs: [described('int16', [1, 1], grid)],
    message:
      "operator 0 FULLY_CONNECTED ('t3'): found a bias of int32 beside int16 activations, expected int64, which their sums have",
  },
  {
    name: 'CONV_2D',
    why: 'int4 weights',
    inputs: [image, { ...weights, tensor: { ...weights.tensor, type: 'int4' } }],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'), tensor 1 't1': found a constant of type int4, expected float32, float16, float64, bool or one of int8, uint8, int16, uint16, int32, int64",
  },
  {
    name: 'CONV_2D',
    why: 'sparse weights',
    inputs: [image, { ...weights, tensor: { ...weights.tensor, isSparse: true } }],
    options: conv,
    message: "operator 0 CONV_2D ('t2'), tensor 1 't1': found sparse weights, expected dense ones",
  },
  {
    name: 'CONV_2D',
    why: 'run-time weights',
    inputs: [image, fed('int8', [1, 1, 1, 1], [3], grid)],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'): found weights computed at run time (tensor 1 't1'), expected weights as a constant",
  },
  {
    name: 'FULLY_CONNECTED',
    why: 'run-time weights',
    inputs: [fed('int8', [1, 4], [1, 2, 3, 4], grid), fed('int8', [1, 4], [1, 2, 3, 4], grid)],
    outputs: [described('int8', [1, 1], grid)],
    message:
      "operator 0 FULLY_CONNECTED ('t2'): found weights computed at run time (tensor 1 't1'), expected weights as a constant",
  },
  {
    name: 'DEPTHWISE_CONV_2D',
    why: 'run-time weights',
    inputs: [image, fed('int8', [1, 1, 1, 1], [3], grid)],
    options: { ...conv, depthMultiplier: 1 },
    message:
      "operator 0 DEPTHWISE_CONV_2D ('t2'): found weights computed at run time (tensor 1 't1'), expected weights as a constant",
  },
  {
    name: 'CONV_2D',
    why: 'a run-time bias',
    inputs: [image, weights, fed('int32', [1], [3], [0.25, 0])],
    options: conv,
    message:
      "operator 0 CONV_2D ('t3'): found a bias computed at run time (tensor 2 't2'), expected a bias as a constant",
  },
  {
    name: 'TRANSPOSE_CONV',
    why: 'run-time weights',
    inputs: [integers([1, 2, 2, 1]), fed('int8', [1, 1, 1, 1], [3], grid), image],
    options: conv,
    message:
      "operator 0 TRANSPOSE_CONV ('t3'): found weights computed at run time (tensor 1 't1'), expected weights as a constant",
  },
  {
    name: 'CONV_2D',
    why: 'weights without a scale',
    inputs: [image, constant('int8', [1, 1, 1, 1], [3])],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'): found integers without a scale ('t1'), expected real numbers, or codes with a scale and a zero point",
  },
  {
    name: 'CONV_2D',
    why: 'a bias without a scale',
    inputs: [image, weights, constant('int32', [1], [3])],
    options: conv,
    message:
      "operator 0 CONV_2D ('t3'): found integers without a scale ('t2'), expected real numbers, or codes with a scale and a zero point",
  },
  {
    name: 'CONV_2D',
    why: 'a bias beyond 32 bits',
    inputs: [image, weights, constant('int64', [1], [2 ** 40], [0.25, 0])],
    options: conv,
    message:
      "operator 0 CONV_2D ('t3'), tensor 2 't2': found element 0 of value 1099511627776, expected integers of 32 bits",
  },
  {
    name: 'CONV_2D',
    why: 'a bias for other outputs',
    inputs: [image, weights, constant('int32', [2], [3, 4], [0.25, 0])],
    options: conv,
    message:
      "operator 0 CONV_2D ('t3'): found bias has shape 2, expected 1, expected operands that fit a conv2d",
  },
  {
    name: 'CONV_2D',
    why: 'weights for other inputs',
    inputs: [image, constant('int8', [1, 1, 1, 3], [3, 3, 3], grid)],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'): found 1 input channels, expected 1 groups of 3, expected operands that fit a conv2d",
  },
  {
    name: 'CONV_2D',
    why: 'weights of two axes',
    inputs: [image, constant('int8', [1, 1], [3], grid)],
    options: conv,
    message: "operator 0 CONV_2D ('t2'): found weights of shape 1x1, expected four axes",
  },
  {
    name: 'CONV_2D',
    why: 'a result of another size',
    inputs: [image, weights],
    outputs: [described('int8', [1, 3, 3, 1], grid)],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'): found a result of shape 1x2x2x1 for tensor 2 't2' of 1x3x3x1, expected the shape that the operator makes",
  },
  {
    name: 'CONV_2D',
    why: 'stride 0',
    inputs: [image, weights],
    options: { ...conv, strideH: 0 },
    message:
      "operator 0 CONV_2D ('t2'): found a window of 1, 0, 1, 1, 1, 1, expected kernels, strides and dilations of at least 1",
  },
  {
    name: 'CONV_2D',
    why: 'fused TANH',
    inputs: [image, weights],
    options: { ...conv, fusedActivationFunction: 'TANH' },
    message:
      "operator 0 CONV_2D ('t2'): found the fused activation TANH, expected NONE, RELU, RELU_N1_TO_1 or RELU6",
  },
  {
    name: 'CONV_2D',
    why: 'a zero point a channel',
    inputs: [
      image,
      {
        ...weights,
        tensor: { ...weights.tensor, quantization: { scales: [1, 1], zeroPoints: [0, 1], axis: 0 } },
      },
    ],
    options: conv,
    message:
      "operator 0 CONV_2D ('t2'), tensor 1 't1': found zero points that differ from channel to channel, expected one positive scale, or one for each index of an axis, and one zero point",
  },
  {
    name: 'FULLY_CONNECTED',
    why: 'rows that do not fit the weights',
    inputs: [fed('int8', [1, 3], [1, 2, 3], grid), constant('int8', [1, 2], [1, 2], grid)],
    outputs: [described('int8', [1, 1], grid)],
    message: "operator 0 FULLY_CONNECTED ('t2'): found an input of 1x3, expected rows of 2 features",
  },
  {
    name: 'FULLY_CONNECTED',
    why: 'shuffled weights',
    inputs: [fed('int8', [1, 2], [1, 2], grid), constant('int8', [1, 2], [1, 2], grid)],
    outputs: [described('int8', [1, 1], grid)],
    options: { weightsFormat: 'SHUFFLED4x16INT8' },
    message:
      "operator 0 FULLY_CONNECTED ('t2'): found weights in the format SHUFFLED4x16INT8, expected DEFAULT",
  },
  {
    name: 'TRANSPOSE_CONV',
    why: 'a shape of two extents',
    inputs: [integers([1, 2]), weights, image],
    options: conv,
    message: "operator 0 TRANSPOSE_CONV ('t3'): found an output of shape 1x2, expected four axes",
  },
  {
    name: 'TRANSPOSE_CONV',
    why: 'a run-time shape',
    inputs: [fed('int32', [4], [1, 2, 2, 1]), weights, image],
    options: conv,
    message:
      "operator 0 TRANSPOSE_CONV ('t3'): found the shape of the output computed at run time, or no integers (tensor 0 't0'), expected the shape of the output as a constant",
  },
  {
    name: 'TRANSPOSE_CONV',
    why: 'a shape that is not that of the result',
    inputs: [integers([1, 900, 900, 1]), weights, image],
    options: conv,
    message:
      "operator 0 TRANSPOSE_CONV ('t3'): found a result of shape 1x900x900x1 for tensor 3 't3' of 1x2x2x1, expected the shape that the operator makes",
  },
];

it.each(refused)('$name with $why', (operator) => {
  expect(refusalOf(operator)).toBe(`m.tflite: ${operator.message}`);
});
