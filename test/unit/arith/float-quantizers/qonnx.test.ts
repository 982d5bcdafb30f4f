import { describe, expect, it } from 'vitest';
import {
  multiThreshold,
  qonnxQuantize,
  qonnxRange,
  qonnxRound,
  qonnxTruncate,
  type QonnxGrid,
  type QonnxRounding,
} from '../../../../src/arith/float-quantizers/qonnx.js';

const int8 = { bits: 8, signed: true, narrow: false };
const plain: QonnxGrid = { scale: 1, zeroPoint: 0, format: int8, rounding: 'ROUND' };

describe('rounding modes at -1.5, -0.5, 0.5, 1.5, 2.5', () => {
  const rows: readonly [QonnxRounding, readonly number[]][] = [
    ['ROUND', [-2, 0, 0, 2, 2]],
    ['HALF_EVEN', [-2, 0, 0, 2, 2]],
    ['CEIL', [-1, 0, 1, 2, 3]],
    ['FLOOR', [-2, -1, 0, 1, 2]],
    ['UP', [-2, -1, 1, 2, 3]],
    ['DOWN', [-1, 0, 0, 1, 2]],
    ['HALF_UP', [-2, -1, 1, 2, 3]],
    ['HALF_DOWN', [-1, 0, 0, 1, 2]],
  ];
  it.each(rows)('%s', (mode, expected) => {
    expect([-1.5, -0.5, 0.5, 1.5, 2.5].map((value) => qonnxRound(value, mode))).toEqual(expected);
  });

  it('HALF_UP adds 1/2 in float32, which takes the value below 1/2 to 1', () => {
    const almostHalf = Math.fround(0.49999997);
    expect([almostHalf, -almostHalf].map((value) => qonnxRound(value, 'HALF_UP'))).toEqual([1, -1]);
    expect(qonnxRound(2 ** 23 + 1, 'HALF_UP')).toBe(2 ** 23 + 2);
    expect(qonnxRound(2 ** 23 + 1, 'HALF_DOWN')).toBe(2 ** 23);
  });
});

it.each([
  { bits: 8, signed: true, narrow: false, min: -128, max: 127 },
  { bits: 8, signed: true, narrow: true, min: -127, max: 127 },
  { bits: 8, signed: false, narrow: false, min: 0, max: 255 },
  { bits: 8, signed: false, narrow: true, min: 0, max: 254 },
  { bits: 1, signed: false, narrow: false, min: 0, max: 1 },
])('$bits bits, signed $signed, narrow $narrow: $min … $max', ({ min, max, ...format }) => {
  expect(qonnxRange(format)).toEqual({ min, max });
});

describe('Quant', () => {
  it('adds the zero point before it rounds: 0.5 + 1 ties to 2', () => {
    expect(qonnxQuantize(0.5, { ...plain, zeroPoint: 1 })).toBe(2);
  });

  it('clamps before it rounds, to a narrow range where there is one', () => {
    const narrow = { ...plain, format: { ...int8, narrow: true }, rounding: 'FLOOR' } as const;
    expect([-127.5, -300, 300].map((x) => qonnxQuantize(x, narrow))).toEqual([-127, -127, 127]);
  });

  it('makes one signed bit the sign, 0 counting as positive', () => {
    const sign = { ...plain, format: { bits: 1, signed: true, narrow: false } };
    expect([-0.1, 0, 7].map((x) => qonnxQuantize(x, sign))).toEqual([-1, 1, 1]);
  });
});

describe('Trunc', () => {
  it('rounds to the code of the input, divides by a power of two, and rounds in its mode', () => {
    const grid = { ...plain, scale: 0.5, format: { bits: 4, signed: true, narrow: false } };
    const truncated = (x: number, rounding: QonnxRounding) => qonnxTruncate(x, 2, { ...grid, rounding });
    expect([3.2, -3.2].map((x) => truncated(x, 'FLOOR'))).toEqual([1, -2]); // ±6.4 is code ±6, / 4 is ±1.5
    expect([3.2, -3.2].map((x) => truncated(x, 'CEIL'))).toEqual([2, -1]);
    expect([100, -100].map((x) => truncated(x, 'FLOOR'))).toEqual([7, -8]);
  });

  it('takes the power of two nearest to the ratio of the scales', () => {
    expect(qonnxTruncate(12, 2.7, { ...plain, rounding: 'FLOOR' })).toBe(6); // 2.7 is nearer 2
    expect(qonnxTruncate(12, 3, { ...plain, rounding: 'FLOOR' })).toBe(3); // 3 is nearer 4
  });
});

describe('MultiThreshold', () => {
  it('counts the thresholds reached, the one met included', () => {
    expect([-1, 0, 0.5, 1, 9].map((x) => multiThreshold(x, [0, 1, 2]))).toEqual([0, 1, 1, 2, 3]);
  });

  it('scales and shifts the count', () => {
    expect(multiThreshold(1, [0, 1, 2], 0.5, -1)).toBe(0);
  });

  it('is Quant with ties upwards where the thresholds are the ties', () => {
    const thresholds = Array.from({ length: 15 }, (_, index) => index - 7.5);
    const format = { bits: 4, signed: true, narrow: false };
    const wrong: number[] = [];
    for (let x = -9; x <= 9; x += 1 / 8) {
      const thresholded = multiThreshold(x, thresholds, 1, -8);
      const quantized = qonnxQuantize(x, {
        scale: 1,
        zeroPoint: 0,
        format,
        rounding: x < 0 ? 'HALF_DOWN' : 'HALF_UP',
      });
      if (thresholded !== quantized) wrong.push(x);
    }
    expect(wrong).toEqual([]);
  });
});
