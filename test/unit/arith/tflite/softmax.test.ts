import { expect, it } from 'vitest';
import { INT16, INT8 } from '../../../../src/arith/int-format.js';
import { softmaxScaling } from '../../../../src/arith/softmax-scaling.js';
import { logSoftmaxRow } from '../../../../src/arith/tflite/log-softmax.js';
import { prepareSoftmaxInt16, softmaxInt16Row } from '../../../../src/arith/tflite/softmax-int16.js';
import { softmaxRow } from '../../../../src/arith/tflite/softmax.js';

const builds = ['double', 'single'] as const;

it.each(builds)('equal codes share the whole, in 8 bits and in 16, %s build', (build) => {
  const scaling = softmaxScaling(0.1, 1, build);
  expect(softmaxRow([5, 5], scaling, INT8, build)).toEqual([0, 0]);
  expect(softmaxRow([5, 5], scaling, INT16, build)).toEqual([0, 0]);
  expect(softmaxRow([127, -128], softmaxScaling(1, 1, build), INT8, build)).toEqual([127, -128]);
});

it('a difference beyond the reach of Q5.26 counts as nothing', () => {
  const scaling = softmaxScaling(1 / 16, 1, 'double'); // reaches 248 codes
  expect(logSoftmaxRow([127, -121], scaling, INT8, 'double')).toEqual([127, -121]); // −15.5
  expect(logSoftmaxRow([127, -122], scaling, INT8, 'double')).toEqual([127, -128]); // −15.5625 would be −122
});

it.each(builds)('log-softmax is the difference less the logarithm of the sum, %s build', (build) => {
  const scaling = softmaxScaling(0.5, 1, build);
  expect(logSoftmaxRow([7], scaling, INT8, build)).toEqual([127]);
  expect(logSoftmaxRow([7, 7], scaling, INT8, build)).toEqual([116, 116]); // −0.6931 · 16 = −11.09
  expect(logSoftmaxRow([9, 7], scaling, INT8, build)).toEqual([122, 106]); // −0.3133 and −1.3133
});

/** Rows of three codes that reach over a few units of the logarithm. */
const rows = Array.from({ length: 200 }, (_, i) => [i * 311 - 30000, (i * 7919) % 30000, i * 97 - 9000]);

it.each(builds)('softmax of int16 stays within four codes of the real function, %s build', (build) => {
  const scale = Math.fround(1 / 8192);
  const parameters = prepareSoftmaxInt16(scale, 0.5, build);
  const errors = rows.flatMap((row) => {
    const powers = row.map((code) => Math.exp(code * scale * 0.5));
    const sum = powers.reduce((total, power) => total + power, 0);
    const codes = softmaxInt16Row(row, parameters);
    return codes.map((code, i) => Math.abs(code - (32768 * powers[i]!) / sum));
  });
  expect(Math.max(...errors)).toBeLessThan(4);
  expect(new Set(rows.flatMap((row) => softmaxInt16Row(row, parameters))).size).toBeGreaterThan(300);
});

it('softmax of int16 brings one code of difference to units of 10/65535', () => {
  const { rescale } = prepareSoftmaxInt16(10 / 65535, 2, 'double');
  expect(rescale).toEqual({ multiplier: 2 ** 30, leftShift: 2 });
});

it('softmax of int16 halves the whole between equal codes', () => {
  expect(softmaxInt16Row([7, 7], prepareSoftmaxInt16(1, 1, 'double'))).toEqual([16384, 16384]);
});
