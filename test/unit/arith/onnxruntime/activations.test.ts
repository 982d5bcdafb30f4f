import { describe, expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import {
  leakyRelu,
  logisticCpu,
  logisticWasm,
  qLinearActivation,
} from '../../../../src/arith/onnxruntime/activations.js';
import {
  convolveFloat32,
  convolveFloat32Alone,
} from '../../../../src/arith/onnxruntime/float-convolution.js';
import { qLinearSoftmax } from '../../../../src/arith/onnxruntime/softmax.js';

const signed = (zeroPoint: number, scale = 1 / 256) => ({ scale, zeroPoint, format: INT8 });

/** The sum of the products of a convolution of one filter. */
const sum = (products: readonly number[]) =>
  convolveFloat32Alone(
    products,
    products.map(() => 1),
    0,
  );

describe('the logistic function of MLAS', () => {
  it.each([logisticCpu, logisticWasm])('is within 2^-22 of the exact one and between 0 and 1', (logistic) => {
    const wrong: string[] = [];
    for (let step = -400; step <= 400; step += 1) {
      const x = step / 16;
      const got = logistic(x);
      const inside = got >= 0 && got <= 1 && Math.abs(got - 1 / (1 + Math.exp(-x))) < 2 ** -22;
      if (!inside) wrong.push(`${x} -> ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is 1/2 at 0 and constant beyond 18', () => {
    expect(logisticCpu(0)).toBe(0.5);
    expect([logisticCpu(19), logisticCpu(-19)]).toEqual([logisticCpu(18), logisticCpu(-18)]);
  });

  it('is fused in the CPU build, which shows in the last place', () => {
    expect(logisticCpu(55 / 16)).toBe(0.9688562154769897);
    expect(logisticWasm(55 / 16)).toBe(0.968856155872345);
  });
});

describe('operators by table', () => {
  const input = { scale: 0.5, zeroPoint: -1, format: INT8 };
  it('quantize the function of the dequantized code', () => {
    const output = { scale: 1 / 256, zeroPoint: -128, format: INT8 };
    expect(qLinearActivation(-1, logisticCpu, input, output)).toBe(0);
    expect(qLinearActivation(127, logisticCpu, input, output)).toBe(127);
  });

  it('leak with a float32 slope below zero only', () => {
    const output = { scale: 0.25, zeroPoint: 0, format: INT8 };
    const codes = [-9, -2, -1, 3].map((code) => qLinearActivation(code, leakyRelu(0.25), input, output));
    expect(codes).toEqual([-4, 0, 0, 8]);
    expect(leakyRelu(0.1)(-3)).toBe(Math.fround(-3 * Math.fround(0.1)));
  });
});

describe('QLinearSoftmax', () => {
  const input = { scale: 0.1, zeroPoint: 0, format: INT8 };

  it('shares equally between equal codes', () => {
    expect(qLinearSoftmax([5, 5, 5, 5], input, signed(-128))).toEqual([-64, -64, -64, -64]);
  });

  it('saturates where one code has it all', () => {
    expect(qLinearSoftmax([127, -128], { ...input, scale: 1 }, signed(-128))).toEqual([127, -128]);
  });

  it('depends on differences of codes only', () => {
    const shifted = qLinearSoftmax([10, 20, 35], input, signed(-128));
    expect(qLinearSoftmax([-60, -50, -35], input, signed(-128))).toEqual(shifted);
    expect(shifted).toEqual([-112, -84, 68]); // exp(-2.5), exp(-1.5), 1 over their sum 1.305, times 256
  });

  it('cuts the inverse of the output scale to an integer', () => {
    expect(qLinearSoftmax([0, 0], input, signed(0, Math.fround(1 / 101.9)))).toEqual([50, 50]); // 50.5
  });

  it('adds exponentials in float32', () => {
    const hundredth = { ...input, scale: Math.fround(0.01) };
    const shares = qLinearSoftmax([1, 22, 51, 52, 7], hundredth, signed(-128));
    expect(shares.map((code) => code + 128)).toEqual([39, 48, 64, 64, 41]); // in double the fourth is 65
  });

  it('scales its table by a float32 logarithm', () => {
    const tenth = { ...input, scale: Math.fround(0.1) };
    const shares = qLinearSoftmax([41, 8, 46, 16], tenth, signed(-128));
    expect(shares.map((code) => code + 128)).toEqual([92, 3, 152, 8]); // in double the third is 153
  });

  it('gives what the overflow of a row of one code gives', () => {
    expect(qLinearSoftmax([7], input, signed(-128))).toEqual([127]);
    expect(qLinearSoftmax([7], input, signed(0))).toEqual([-128]);
    expect(qLinearSoftmax([7], input, { scale: 1 / 256, zeroPoint: 5, format: UINT8 })).toEqual([5]);
    expect(qLinearSoftmax([7], input, { scale: 1 / 128, zeroPoint: 5, format: UINT8 })).toEqual([133]);
  });
});

describe('a float convolution', () => {
  const e = 2 ** -12;
  it('adds products in order, each fused', () => {
    expect(convolveFloat32([1, 1 + e], [-(1 + 2 * e), 1 + e], 0)).toBe(2 ** -24);
    expect(convolveFloat32([1 + e, 1], [1 + e, -(1 + 2 * e)], 0)).toBe(0);
  });

  it('adds the bias last', () => {
    expect(convolveFloat32([2 ** 24, 1], [1, 1], -(2 ** 24))).toBe(0);
    expect(convolveFloat32([1], [1], 2 ** -30)).toBe(1);
  });

  it('of one filter rounds every product and sums four, then two, then one at a time', () => {
    const big = 2 ** 24; // big + 1 is a tie and big
    expect(convolveFloat32Alone([1, 1 + e], [-(1 + 2 * e), 1 + e], 0)).toBe(0);
    expect(sum([big, 0, 0, 0, 0.5, 0.5, 0.5, 0.5])).toBe(big + 2);
    expect(sum([big, 0, 0, 0, 1, 0.25, -0.25])).toBe(big + 2);
    expect(sum([0.25, 1, -0.25, big])).toBe(big);
    expect(convolveFloat32Alone([1], [1], 2 ** -30)).toBe(1);
  });
});
