import { expect, it } from 'vitest';
import { activationRange } from '../../../../src/arith/tflite/activation-range.js';
import { quantizeMultiplierFor } from '../../../../src/arith/tflite/build.js';
import { meanMultiplier } from '../../../../src/arith/tflite/mean.js';
import {
  float32ProductFactor,
  float32QuotientFactor,
  productFactor,
  quotientFactor,
} from '../../../../src/arith/tflite/scales.js';
import { int16, int8 } from './grids.js';

it('a float32 product of scales gives FULLY_CONNECTED another multiplier than a convolution', () => {
  const scales = [0.03104628436267376, 0.0021959159057587385, 0.4735230505466461] as const;
  expect(quantizeMultiplierFor(float32ProductFactor(...scales), 'double').multiplier).toBe(1266409142);
  expect(quantizeMultiplierFor(productFactor(...scales), 'double').multiplier).toBe(1266409105);
});

it('a float32 quotient of scales is not the double one', () => {
  expect(float32QuotientFactor(1, 3)).toBe(0.3333333432674408);
  expect(quotientFactor(1, 3)).toBe(1 / 3);
});

it('a fused activation bounds output codes', () => {
  expect(activationRange('relu6', int8(0.25, -10))).toEqual({ min: -10, max: 14 });
  expect(activationRange('reluN1To1', int8(0.25, -10))).toEqual({ min: -14, max: -6 });
  expect(activationRange('relu', int8(0.25, -10))).toEqual({ min: -10, max: 127 });
  expect(activationRange('none', int8(0.25, -10))).toEqual({ min: -128, max: 127 });
  expect(activationRange('relu6', int16(0.25))).toEqual({ min: 0, max: 24 });
});

it('a bound of an activation is divided in float32 and ties away from zero', () => {
  // 6 / 1.7142857313156128 = 3.49999996…, which is 3.5 in float32.
  expect(activationRange('relu6', int8(1.7142857313156128))).toEqual({ min: 0, max: 4 });
});

it('MEAN truncates the multiplier it divides by the count', () => {
  expect(meanMultiplier(1, 3, 'double')).toEqual({ multiplier: 715827882, leftShift: 0 });
  expect(meanMultiplier(0.5, 4, 'double')).toEqual({ multiplier: 2 ** 30, leftShift: -2 });
  expect(meanMultiplier(0.5, 7, 'single')).toEqual({ multiplier: 613566756, leftShift: -2 });
});

it('MEAN shifts a tiny multiplier no further than the requantizer reaches', () => {
  expect(meanMultiplier(2 ** -31, 8, 'double')).toEqual({ multiplier: 2 ** 28, leftShift: -31 });
});
