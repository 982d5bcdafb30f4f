import { expect, it } from 'vitest';
import {
  byteTable,
  float32Elu,
  float32Logistic,
  float32Tanh,
} from '../../../../src/arith/tflite/byte-table.js';
import { interpolatedTable, lookUp } from '../../../../src/arith/tflite/interpolated-table.js';
import { int8 } from './grids.js';

it('a byte table holds the codes of a function, lowest code first', () => {
  const elu = byteTable(float32Elu, int8(1, 2), int8(1 / 64, 1));
  expect([-126, -1, 1, 2, 3].map((code) => elu[code + 128])).toEqual([-63, -60, -39, 1, 65]);
  expect(elu[255]).toBe(127);
  expect(byteTable(float32Logistic, int8(0.5), int8(1 / 256, -128))[129]).toBe(31);
  expect(byteTable(float32Tanh, int8(0.5), int8(1 / 128))[129]).toBe(59);
});

it('a byte table multiplies by the inverse of the output scale in float32', () => {
  // 0.6 / 0.016 is 37.4999997…; the float32 product with the float32 inverse is 37.5, which ties away from zero.
  expect(byteTable(float32Elu, int8(0.6), int8(0.016))[129]).toBe(38);
});

it('an interpolated table of a straight line is that line, its end saturated', () => {
  const line = interpolatedTable((x) => x, -1, 1);
  expect(line).toHaveLength(513);
  expect([line[0], line[256], line[511], line[512]]).toEqual([-32768, 0, 32640, 32767]);
  expect([-32768, -1, 0, 77].map((code) => lookUp(line, code))).toEqual([-32768, -1, 0, 77]);
});

it('an entry of an interpolated table takes half of the error in the middle of its step', () => {
  const peak = interpolatedTable((x) => (x === 1 / 512 ? 0.5 : 0), -1, 1);
  expect([peak[255], peak[256], peak[257]]).toEqual([0, 8192, 0]);
});

it('a look-up ties up between two entries', () => {
  const flat = Array.from({ length: 513 }, () => 0);
  expect(lookUp(flat.with(257, 1), 64)).toBe(1);
  expect(lookUp(flat.with(257, -1), 64)).toBe(0);
});
