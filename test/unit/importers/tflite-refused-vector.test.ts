import { expect, it } from 'vitest';
import { constant, described, fed, integers } from '../../support/tflite/model-parts.js';
import { conv, grid, image, refusalOf, same, type Refused } from '../../support/tflite/refusal.js';

/** Operators without weights that are refused: one message that names file, operator, result and what is wrong. */
const refused: readonly Refused[] = [
  {
    name: 'RELU',
    why: 'scale 0',
    inputs: [fed('int8', [1, 2, 2, 1], [1, 2, 3, 4], [0, 0])],
    message:
      "input tensor 0 't0': found a scale that is no positive number, expected one positive scale, or one for each index of an axis, and one zero point",
  },
  {
    name: 'RELU',
    why: 'scale NaN',
    inputs: [fed('int8', [1, 2, 2, 1], [1, 2, 3, 4], [NaN, 0])],
    message:
      "input tensor 0 't0': found a scale that is no positive number, expected one positive scale, or one for each index of an axis, and one zero point",
  },
  {
    name: 'RELU',
    why: 'a zero point that is no code',
    inputs: [fed('int8', [1, 2, 2, 1], [1, 2, 3, 4], [1, 500])],
    message:
      "input tensor 0 't0': found a zero point of 500 among codes of int8, expected one positive scale, or one for each index of an axis, and one zero point",
  },
  {
    name: 'ADD',
    why: 'operands that do not broadcast',
    inputs: [image, fed('int8', [1, 3, 2, 1], [1, 2, 3, 4, 5, 6], grid)],
    message:
      "operator 0 ADD ('t2'): found shapes 1x2x2x1 and 1x3x2x1 do not broadcast, expected operands that fit a add",
  },
  {
    name: 'ADD',
    why: 'add one input',
    inputs: [image],
    message: "operator 0 ADD ('t1'): found 1 inputs without number 2, expected all required inputs",
  },
  {
    name: 'ADD',
    why: 'add types',
    inputs: [image, fed('int32', [1], [1])],
    message:
      "operator 0 ADD ('t2'): found integers without a scale ('t1'), expected real numbers, or codes with a scale and a zero point",
  },
  {
    name: 'MEAN',
    why: 'mean axis',
    inputs: [image, integers([4])],
    message: "operator 0 MEAN ('t2'): found axis 4, expected an axis of 4",
  },
  {
    name: 'ARG_MAX',
    why: 'an axis there is not',
    inputs: [image, integers([5], [])],
    outputs: [described('int32', [1, 2, 2])],
    message: "operator 0 ARG_MAX ('t2'): found axis 5, expected an axis of 4",
  },
  {
    name: 'MAX_POOL_2D',
    why: 'a window of nothing',
    inputs: [image],
    options: { ...conv, filterHeight: 0, filterWidth: 1 },
    message:
      "operator 0 MAX_POOL_2D ('t1'): found a window of 0, 1, 1, 1, 1, 1, expected kernels, strides and dilations of at least 1",
  },
  {
    name: 'MAX_POOL_2D',
    why: 'a window larger than the image',
    inputs: [image],
    options: { ...conv, padding: 'VALID', filterHeight: 3, filterWidth: 1 },
    message:
      "operator 0 MAX_POOL_2D ('t1'): found a result of shape 1x0x2x1, expected operands that fit a maxPool",
  },
  {
    name: 'AVERAGE_POOL_2D',
    why: 'no image',
    inputs: [fed('int8', [1, 2], [1, 2], grid)],
    options: { ...conv, filterHeight: 1, filterWidth: 1 },
    message:
      "operator 0 AVERAGE_POOL_2D ('t1'): found input has rank 2, expected 4 (NHWC), expected operands that fit a averagePool",
  },
  {
    name: 'PRELU',
    why: 'slopes that do not fit',
    inputs: [image, constant('int8', [1, 1, 3], [1, 2, 3], grid)],
    message:
      "operator 0 PRELU ('t2'): found a result of shape 1x2x2x3 for tensor 2 't2' of 1x2x2x1, expected the shape that the operator makes",
  },
  {
    name: 'SOFTMAX',
    why: 'a result without a scale',
    inputs: [image],
    outputs: [described('int8', [1, 2, 2, 1])],
    options: { beta: 1 },
    message:
      "operator 0 SOFTMAX ('t1'): found a result of integers without a scale (tensor 1 't1'), expected real numbers, or codes with a scale and a zero point",
  },
  {
    name: 'SOFTMAX',
    why: 'a negative beta',
    inputs: [image],
    outputs: [same],
    options: { beta: -1 },
    message: "operator 0 SOFTMAX ('t1'): found beta -1, expected a positive, finite number",
  },
  {
    name: 'DEQUANTIZE',
    why: 'dequantize to int',
    inputs: [image],
    outputs: [same],
    message: "operator 0 DEQUANTIZE ('t1'): found a result of integers, expected float32",
  },
  {
    name: 'QUANTIZE',
    why: 'a result of real numbers',
    inputs: [image],
    outputs: [described('float32', [1, 2, 2, 1])],
    message: "operator 0 QUANTIZE ('t1'): found a float32 result of codes, expected codes, or a DEQUANTIZE",
  },
  {
    name: 'RELU',
    why: 'no output',
    inputs: [image],
    outputs: [],
    message: 'operator 0 RELU: found 0 outputs without number 1, expected all outputs',
  },
];

it.each(refused)('$name with $why', (operator) => {
  expect(refusalOf(operator)).toBe(`m.tflite: ${operator.message}`);
});
