import { expect, it } from 'vitest';
import {
  logisticInt16,
  prepareLogisticInt16,
  prepareTanhInt16,
  tanhInt16,
} from '../../../../src/arith/tflite/logistic-int16.js';
import { logisticInt8, prepareSigmoidInt8, tanhInt8 } from '../../../../src/arith/tflite/logistic-int8.js';
import { int8 } from './grids.js';

it('LOGISTIC of int8 is 1/2 at the zero point and ends at its radius', () => {
  const parameters = prepareSigmoidInt8(int8(1, 10), 'double');
  expect(parameters.radius).toBe(7);
  expect([10, 17, 3, 16].map((code) => logisticInt8(code, parameters))).toEqual([0, 127, -128, 127]);
});

it('LOGISTIC and TANH of int8 round 256 · sigmoid and 128 · tanh', () => {
  const parameters = prepareSigmoidInt8(int8(0.5), 'single');
  expect(logisticInt8(1, parameters)).toBe(31); // 256 · 0.62246 − 128
  expect(tanhInt8(1, parameters)).toBe(59); // 128 · 0.46212
  expect(tanhInt8(-1, parameters)).toBe(-59);
  expect([tanhInt8(0, parameters), tanhInt8(127, parameters)]).toEqual([0, 127]);
});

it('a scale of 8 or more has radius 0 in both builds: even the zero point is out of reach', () => {
  expect(logisticInt8(0, prepareSigmoidInt8(int8(8), 'single'))).toBe(-128);
});

it('int16 takes scales near a power of two as exact', () => {
  expect(prepareLogisticInt16(2 ** -12)).toEqual({ multiplier: 3, rightShift: 0 });
  expect(prepareTanhInt16(2 ** -11)).toEqual({ multiplier: 6, rightShift: 0 });
  expect(prepareLogisticInt16(2 ** -11)).toEqual({ multiplier: 24576, rightShift: 12 });
  expect(prepareLogisticInt16(Math.fround(2 ** -12 * 1.0005)).rightShift).toBe(0);
});

it('int16 truncates the multiplier of any other scale', () => {
  // 1.001 · 3 · 2^13 = 24600.576
  expect(prepareLogisticInt16(2 ** -12 * 1.001)).toEqual({ multiplier: 24600, rightShift: 13 });
});

it('LOGISTIC of int16 interpolates, ties up on both sides, and saturates at the end of the table', () => {
  const exact = prepareLogisticInt16(2 ** -12);
  const codes = [0, 512, -512, 1, -1].map((code) => logisticInt16(code, exact));
  // 512 is entry 3, 34813: 17406.5 and 15361.5; 1 is 3/512 of the way to the first entry.
  expect(codes).toEqual([16384, 17407, 15361, 16386, 16382]);
  const wide = prepareLogisticInt16(2 ** -11);
  expect([logisticInt16(32767, wide), logisticInt16(-32768, wide)]).toEqual([32767, 1]);
});

it('TANH of int16 is twice the sigmoid less one, at twice the distance', () => {
  const exact = prepareTanhInt16(2 ** -12);
  const codes = [0, 256, -256].map((code) => tanhInt16(code, exact));
  expect(codes).toEqual([0, 2045, -2045]); // entry 3, 34813 − 32768
  const wide = prepareTanhInt16(2 ** -11);
  expect([tanhInt16(32767, wide), tanhInt16(-32768, wide)]).toEqual([32767, -32767]);
});
