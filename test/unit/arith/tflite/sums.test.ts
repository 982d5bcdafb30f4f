import { expect, it } from 'vitest';
import {
  addScaling,
  prepareSquaredDifference,
  squaredDifference,
  subScaling,
} from '../../../../src/arith/tflite/sums.js';
import { int16, int8 } from './grids.js';

it('ADD halves the operand of the larger scale and keeps 20 bits of fraction for int8, 15 for int16', () => {
  const factors = { inputFactors: [0.5, 0.25] };
  expect(addScaling(int8(1), int8(0.5), int8(2))).toEqual({
    leftShift: 20,
    ...factors,
    outputFactor: 2 ** -20,
  });
  expect(addScaling(int16(1), int16(0.5), int16(2))).toEqual({
    leftShift: 15,
    ...factors,
    outputFactor: 2 ** -15,
  });
});

it('SUB divides in float32, ADD in double', () => {
  const grids = [int8(0.1), int8(0.3), int8(0.7)] as const;
  expect(subScaling(...grids).inputFactors[0]).toBe(0.1666666567325592);
  expect(addScaling(...grids).inputFactors[0]).toBe(0.16666666252745538);
  const { outputFactor } = addScaling(...grids);
  expect(subScaling(...grids).outputFactor).toBe(Math.fround(outputFactor));
  expect(Math.fround(outputFactor)).not.toBe(outputFactor);
});

it.each(['double', 'single'] as const)('squared differences of equal grids are exact, %s build', (build) => {
  const parameters = prepareSquaredDifference(int8(1, 3), int8(1, 3), int8(1, -128), build);
  expect(squaredDifference(5, 2, parameters)).toBe(9 - 128);
  expect(squaredDifference(2, 13, parameters)).toBe(121 - 128);
  expect(squaredDifference(100, 0, parameters)).toBe(127);
});

it('squared differences of int16 have no fraction bits: both operands are halved and rounded first', () => {
  const parameters = prepareSquaredDifference(int16(1), int16(1), int16(1), 'double');
  expect(parameters.leftShift).toBe(0);
  expect(squaredDifference(7, 0, parameters)).toBe(64); // 3.5 rounds to 4, and (2 · 4)² is 64, not 49
});
