import { describe, expect, it } from 'vitest';
import { INT32, INT8, UINT8 } from '../../../src/arith/int-format.js';
import { requantizerFor } from '../../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { ACCUMULATOR, windowWith } from '../../support/identity.js';
import { activation, constant, runNode } from '../../support/run-node.js';

const symmetric = { inputZeroPoint: 0, weightZeroPoint: 0, ...ACCUMULATOR } as const;
const codesOf = (...run: Parameters<typeof runNode>): number[] => Array.from(runNode(...run).data);

describe('convolution', () => {
  it('slides its kernel without flipping it', () => {
    const node = { op: 'conv2d', groups: 1, ...symmetric, ...windowWith([1, 2]) } as const;
    const operands = [
      activation(INT8, [1, 1, 4, 1], [1, 2, 3, 4]),
      constant(INT8, [1, 1, 2, 1], [10, 1]),
      constant(INT32, [1], [100]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([112, 123, 134]);
  });

  it('pads with the code of real zero, so that the folded bias is exact at borders', () => {
    const node = {
      op: 'conv2d',
      groups: 1,
      ...symmetric,
      inputZeroPoint: -3,
      ...windowWith([1, 2], { padLeft: 1, padRight: 1 }),
    } as const;
    // Real inputs 4, 5 and weights 10, 1; the bias holds 3 · (10 + 1).
    const operands = [
      activation(INT8, [1, 1, 2, 1], [1, 2]),
      constant(INT8, [1, 1, 2, 1], [10, 1]),
      constant(INT32, [1], [33]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([4, 45, 50]);
  });

  it('strides and dilates', () => {
    const node = {
      op: 'conv2d',
      groups: 1,
      ...symmetric,
      ...windowWith([1, 2], { strideWidth: 2, dilationWidth: 2 }),
    } as const;
    const operands = [
      activation(INT8, [1, 1, 5, 1], [1, 2, 3, 4, 5]),
      constant(INT8, [1, 1, 2, 1], [10, 1]),
      constant(INT32, [1], [0]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([13, 35]);
  });

  it('keeps groups apart', () => {
    const node = { op: 'conv2d', groups: 2, ...symmetric, ...windowWith([1, 1]) } as const;
    const operands = [
      activation(INT8, [1, 1, 1, 4], [1, 2, 3, 4]),
      constant(INT8, [2, 1, 1, 2], [1, 10, 1, 10]),
      constant(INT32, [2], [0, 0]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([21, 43]);
  });

  it('gives each input channel its own outputs when depthwise', () => {
    const node = { op: 'depthwiseConv2d', groups: 2, ...symmetric, ...windowWith([1, 1]) } as const;
    const operands = [
      activation(INT8, [1, 1, 1, 2], [3, 5]),
      constant(INT8, [4, 1, 1, 1], [1, 2, 3, 4]),
      constant(INT32, [4], [0, 0, 0, 1]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([3, 6, 15, 21]);
  });
});

describe('transposed convolution', () => {
  const geometry = {
    groups: 1,
    outputPaddingHeight: 0,
    outputPaddingWidth: 1,
    ...windowWith([1, 3], { strideWidth: 2, padLeft: 1, padRight: 1 }),
  };

  it('adds its kernel to the output once per input pixel', () => {
    const node = { op: 'convTranspose2d', ...symmetric, ...geometry } as const;
    const operands = [
      activation(INT8, [1, 1, 2, 1], [1, 2]),
      constant(INT8, [1, 1, 3, 1], [100, 10, 1]),
      constant(INT32, [1], [0]),
    ];
    // 100 10 1 . . plus . . 200 20 2, without the first column.
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([10, 201, 20, 2]);
  });

  it('counts taps that meet no pixel as real zero', () => {
    const node = { op: 'convTranspose2d', ...symmetric, inputZeroPoint: 7, ...geometry } as const;
    const operands = [
      activation(INT8, [1, 1, 2, 1], [8, 9]),
      constant(INT8, [1, 1, 3, 1], [100, 10, 1]),
      constant(INT32, [1], [-7 * 111]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([10, 201, 20, 2]);
  });
});

describe('fully connected', () => {
  it('reproduces the worked example of the white paper reference, under one rounding and two', () => {
    const operands = [
      activation(INT8, [1, 3], [-3, -78, 72]),
      constant(INT8, [2, 3], [30, -61, 127, 127, -51, 33]),
      constant(INT32, [2], [1250 + 28 * 96, -5080 + 28 * 109]),
    ];
    const array = { op: 'fullyConnected', inputZeroPoint: -28, weightZeroPoint: 0 } as const;
    expect(codesOf(referenceKernels, { ...array, ...ACCUMULATOR }, operands, INT32)).toEqual([17750, 3945]);
    const codes = (['single', 'double'] as const).map((style) => {
      const requantizer = requantizerFor([0.01, 0.05 / 127], style);
      const relu = { outputZeroPoint: -100, clamp: { min: -100, max: 127 } };
      return codesOf(referenceKernels, { ...array, requantizer, ...relu }, operands, INT8);
    });
    expect(codes).toEqual([
      [78, -98],
      [78, -98],
    ]);
  });

  it('adds up the four terms of asymmetric weights and activations', () => {
    const node = { op: 'fullyConnected', ...ACCUMULATOR, inputZeroPoint: 5, weightZeroPoint: 128 } as const;
    const operands = [
      activation(UINT8, [1, 2], [7, 250]),
      constant(UINT8, [2, 2], [3, 200, 10, 255]),
      constant(INT32, [2], [-5 * (203 - 256), -5 * (265 - 256)]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([17390, 30879]);
  });

  it('traps a sum that leaves int32, and says where', () => {
    const node = { op: 'fullyConnected', ...symmetric } as const;
    const operands = [
      activation(INT8, [1, 1], [1]),
      constant(INT8, [1, 1], [1]),
      constant(INT32, [1], [2 ** 31 - 1]),
    ];
    expect(() => runNode(referenceKernels, node, operands, INT32)).toThrow(
      "node 'node' (fullyConnected): a sum leaves int32",
    );
  });
});

describe('matrix product of activations', () => {
  it('subtracts both zero points', () => {
    const node = { op: 'matMul', inputZeroPoints: [1, -1], ...ACCUMULATOR } as const;
    const operands = [activation(INT8, [1, 2], [2, 3]), activation(INT8, [2, 2], [9, 19, 29, 39])];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([70, 100]);
  });

  it('broadcasts leading axes', () => {
    const node = { op: 'matMul', inputZeroPoints: [0, 0], ...ACCUMULATOR } as const;
    const operands = [
      activation(INT8, [2, 1, 1, 2], [1, 2, 3, 4]),
      activation(INT8, [2, 2, 1], [1, 10, 2, 20]),
    ];
    expect(codesOf(referenceKernels, node, operands, INT32)).toEqual([21, 42, 43, 86]);
  });
});
