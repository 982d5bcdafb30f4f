import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AffineGrid } from '../../../../src/arith/affine.js';
import {
  xnnpackAdd,
  xnnpackConvert,
  xnnpackLeakyRelu,
  xnnpackMultiply,
  xnnpackSubtract,
} from '../../../../src/arith/float-quantizers/xnnpack-elementwise.js';
import {
  xnnpackQuantizeFmagic,
  xnnpackQuantizeImagic,
  xnnpackQuantizeLrintf,
} from '../../../../src/arith/float-quantizers/xnnpack.js';
import { INT8 } from '../../../../src/arith/int-format.js';
import { anyFloat32, anyFloatScale } from '../../../arbitraries/floats.js';
import { anyCode } from '../../../../src/testing/index.js';
import { counterexample } from '../../../support/counterexample.js';

const grid = (scale: number, zeroPoint: number): AffineGrid => ({
  scale: Math.fround(scale),
  zeroPoint,
  format: INT8,
});

describe('float32 to int8', () => {
  const kernels = [xnnpackQuantizeFmagic, xnnpackQuantizeImagic, xnnpackQuantizeLrintf];
  it.each(kernels)('%o: ties to even, the zero point after it, saturating', (kernel) => {
    const codes = [0.5, 1.5, -0.5, 200, -200, Infinity].map((x) => kernel(x, grid(1, 1)));
    expect(codes).toEqual([1, 3, 1, 127, -128, 127]);
  });

  it.each(kernels)('%o: multiplies by the float32 inverse; dividing would give 27', (kernel) => {
    expect(kernel(Math.fround(0.273939937), grid(0.00214854861, -100))).toBe(28);
  });

  it('all three kernels agree', () => {
    const property = fc.property(anyFloat32(), anyFloatScale(), anyCode(INT8), (x, scale, zeroPoint) => {
      const [first, ...others] = kernels.map((kernel) => kernel(x, grid(scale, zeroPoint)));
      return others.every((code) => code === first);
    });
    expect(counterexample(property)).toBe('');
  });
});

it('a subtraction ties up as well', () => {
  const [inputs, output] = [[grid(0.5, 0), grid(0.5, 1)] as const, grid(1, 0)];
  const codes = (
    [
      [0, 2],
      [0, 0],
      [1, -1],
    ] as const
  ).map((pair) => xnnpackSubtract(pair, inputs, output));
  expect(codes).toEqual([0, 1, 2]); // −0.5, 0.5, 1.5
});

describe('addition', () => {
  it('rounds half up', () => {
    const [inputs, output] = [[grid(0.5, 0), grid(0.5, 0)] as const, grid(1, 0)];
    const sums = (
      [
        [1, 0],
        [-1, 0],
        [-3, 0],
        [127, 127],
      ] as const
    ).map((codes) => xnnpackAdd(codes, inputs, output));
    expect(sums).toEqual([1, 0, -1, 127]);
  });

  it('takes zero points away and adds the output’s', () => {
    expect(xnnpackAdd([11, -18], [grid(1, 10), grid(2, -20)], grid(1, 3))).toBe(1 + 4 + 3);
  });

  it('gives the smaller input only the bits the larger one leaves', () => {
    // 2^-21 of the larger ratio is half a unit of the multipliers and ties to 0, three times that ties to 2: 127 · 2 / 32 = 7.9
    expect(xnnpackAdd([0, 127], [grid(64, 0), grid(64 * 2 ** -21, 0)], grid(64 * 2 ** -15, 0))).toBe(0);
    expect(xnnpackAdd([0, 127], [grid(64, 0), grid(64 * 3 * 2 ** -21, 0)], grid(64 * 2 ** -15, 0))).toBe(8);
    expect(xnnpackAdd([127, 0], [grid(64 * 2 ** -21, 0), grid(64, 0)], grid(64 * 2 ** -15, 0))).toBe(0);
  });
});

describe('multiplication', () => {
  it('goes through the float scale: ties to even before the zero point', () => {
    const products = [1, 3, -1].map((a) => xnnpackMultiply([a, 1], [grid(1, 0), grid(0.5, 0)], grid(1, 1)));
    expect(products).toEqual([1, 3, 1]);
  });
});

describe('conversion', () => {
  it('has 8 fraction bits only: -105 · 0.0137 becomes -2, not -1', () => {
    expect(xnnpackConvert(-105, grid(0.0137, 0), grid(1, 0))).toBe(-2);
  });

  it('rounds half up and saturates', () => {
    const codes = [1, -1, -3, 127].map((x) => xnnpackConvert(x, grid(0.5, 0), grid(1, 0)));
    expect(codes).toEqual([1, 0, -1, 64]);
    expect(xnnpackConvert(-128, grid(2, 0), grid(1, 0))).toBe(-128);
  });

  it('of a leaky ReLU has another multiplier below the zero point', () => {
    const codes = [-1, 3, 5, 13].map((x) => xnnpackLeakyRelu(x, 0.25, grid(1, 5), grid(0.5, 10)));
    expect(codes).toEqual([7, 9, 10, 26]);
  });
});
