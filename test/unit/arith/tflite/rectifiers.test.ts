import { expect, it } from 'vitest';
import { INT32 } from '../../../../src/arith/int-format.js';
import { quantizeMultiplier } from '../../../../src/arith/multipliers/tflite.js';
import {
  absoluteValue,
  leakyRelu,
  prelu,
  prepareLeakyRelu,
  preparePrelu,
  relu6Range,
  reluRange,
} from '../../../../src/arith/tflite/rectifiers.js';
import { int8 } from './grids.js';

it('LEAKY_RELU scales codes below zero by alpha', () => {
  const parameters = prepareLeakyRelu(int8(1, 2), int8(0.5, 1), 0.25, 'double');
  const codes = [12, 2, -6].map((code) => leakyRelu(code, parameters));
  expect(codes).toEqual([21, 1, -3]); // 10 · 2 + 1, 0 + 1, −8 · 0.5 + 1
});

it('LEAKY_RELU with a negative alpha rounds by |alpha| and then negates', () => {
  const parameters = prepareLeakyRelu(int8(1), int8(1), -0.5, 'double');
  expect(leakyRelu(-3, parameters)).toBe(1); // −1.5 rounds up to −1; rounding 1.5 would give 2
});

it('LEAKY_RELU forms its slope in float32, step by step', () => {
  const [input, output, alpha] = [int8(0.1), int8(0.7), Math.fround(0.3)];
  const slope = Math.fround(Math.fround(input.scale * alpha) / output.scale);
  expect(slope).not.toBe(Math.fround((input.scale * alpha) / output.scale));
  expect(prepareLeakyRelu(input, output, alpha, 'double').belowZero).toEqual(quantizeMultiplier(slope));
});

it('PRELU multiplies codes below zero by the slope of their place', () => {
  const parameters = preparePrelu(int8(1, 1), int8(0.5, 2), int8(1, -4), 'double');
  expect(prelu(11, 100, parameters)).toBe(6);
  expect(prelu(-7, 5, parameters)).toBe(-16); // −8 · 3 · 0.5 − 4
});

it('PRELU forms its factors in double', () => {
  const parameters = preparePrelu(int8(1), int8(1), int8(3), 'double');
  expect(parameters.fromZero).toEqual(quantizeMultiplier(1 / 3));
});

it('RELU starts at the zero of the output, RELU6 ends at 6', () => {
  expect(reluRange(int8(0.25, -10))).toEqual({ min: -10, max: 127 });
  expect(relu6Range(int8(0.25, -10))).toEqual({ min: -10, max: 14 });
});

it.each(['double', 'single'] as const)('ABS mirrors at the zero point, %s build', (build) => {
  expect(absoluteValue(-7, int8(1, 3), int8(1, -2), build)).toBe(8);
  expect(absoluteValue(-128, int8(1), int8(1), build)).toBe(127);
  expect(absoluteValue(-3, int8(1), int8(0.5), build)).toBe(6);
});

it('ABS rescales by a float32 quotient', () => {
  const int32 = { scale: 3, zeroPoint: 0, format: INT32 };
  const output = { ...int32, scale: Math.fround(2 ** -20) * 0.4375 };
  const factor = Math.fround(int32.scale / output.scale); // 7190235 rather than 7190235.43
  expect(absoluteValue(-100, int32, output, 'double')).toBe(100 * factor);
});
