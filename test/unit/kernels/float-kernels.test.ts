import { describe, expect, it } from 'vitest';
import type { FloatNode } from '../../../src/ir/operators.js';
import { tensorFrom, type FloatTensor } from '../../../src/tensor/tensor.js';
import { bindFloat } from '../../support/bind-float.js';

const named = { name: 'node', inputs: [], output: 'y' } as const;

const run = (node: FloatNode, ...inputs: FloatTensor[]): number[] => [
  ...bindFloat(node, inputs)(inputs).data,
];

const vector = (...values: number[]): FloatTensor => tensorFrom('float32', [values.length], values);

/** A square window over height and width with the same pads all around. */
const square = (kernel: number, stride: number, pad: number) => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideHeight: stride,
  strideWidth: stride,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: pad,
  padBottom: pad,
  padLeft: pad,
  padRight: pad,
});

describe('softmax and logSoftmax', () => {
  it('neither overflow nor underflow on large values', () => {
    const x = vector(1000, 1000, -1000);
    expect(run({ ...named, op: 'softmax' }, x)).toEqual([0.5, 0.5, 0]);
    const log = run({ ...named, op: 'logSoftmax' }, x);
    expect(log).toEqual([-Math.LN2, -Math.LN2, -2000 - Math.LN2].map(Math.fround));
  });

  it('take each vector along the last axis on its own', () => {
    const x = tensorFrom('float32', [2, 2], [0, 0, 5, -Infinity]);
    expect(run({ ...named, op: 'softmax' }, x)).toEqual([0.5, 0.5, 1, 0]);
  });
});

describe('pooling at the edge', () => {
  const x = tensorFrom('float32', [1, 2, 2, 1], [1, 2, 3, 6]);

  it('padding counts in the divisor where it is said to', () => {
    const node = { ...named, ...square(2, 1, 1), op: 'averagePool', countIncludePad: true } as const;
    expect(run(node, x)).toEqual([0.25, 0.75, 0.5, 1, 3, 2, 0.75, 2.25, 1.5]);
  });

  it('and does not where it is not', () => {
    const node = { ...named, ...square(2, 1, 1), op: 'averagePool', countIncludePad: false } as const;
    expect(run(node, x)).toEqual([1, 1.5, 2, 2, 3, 4, 3, 4.5, 6]);
  });

  it('a window of padding only averages to 0', () => {
    const node = { ...named, ...square(1, 3, 1), op: 'averagePool', countIncludePad: false } as const;
    expect(run(node, x)).toEqual([0, 0, 0, 0]);
  });

  it('padding never wins a maximum', () => {
    const negative = tensorFrom('float32', [1, 2, 2, 1], [-1, -2, -3, -6]);
    expect(run({ ...named, ...square(2, 2, 1), op: 'maxPool' }, negative)).toEqual([-1, -2, -3, -6]);
  });
});

describe('broadcasting', () => {
  it('a column and a row make a matrix, and the activation applies to the sum', () => {
    const column = tensorFrom('float32', [2, 1], [-10, 10]);
    const node = { ...named, op: 'add', activation: { min: 0, max: 12 } } as const;
    expect(run(node, column, vector(1, 2, 3))).toEqual([0, 0, 0, 11, 12, 12]);
  });

  it('an axis repeated between two that are not', () => {
    const a = tensorFrom('float32', [2, 1, 2], [1, 2, 3, 4]);
    const b = tensorFrom('float32', [1, 2, 1], [10, 20]);
    const node = { ...named, op: 'mul', activation: null } as const;
    expect(run(node, a, b)).toEqual([10, 20, 20, 40, 30, 40, 60, 80]);
  });

  it('scalars', () => {
    const scalar = tensorFrom('float32', [], [2]);
    const node = { ...named, op: 'div', activation: null } as const;
    expect(run(node, scalar, scalar)).toEqual([1]);
    expect(run(node, vector(4, 6), scalar)).toEqual([2, 3]);
  });
});

describe('sums', () => {
  const node = { ...named, op: 'fullyConnected', activation: null } as const;

  it('round every addition to float32: a small term does not survive two large ones that cancel', () => {
    const weight = tensorFrom('float32', [1, 3], [1, 1, 1]);
    expect(run(node, vector(2 ** 30, 1, -(2 ** 30)), weight)).toEqual([0]);
  });

  it('are of blocks of 256 terms, which a total takes up that loses nothing', () => {
    const ones = new Float32Array(768).fill(1);
    const values = ones.slice().fill(0, 0, 256);
    values.set([2 ** 30, 1, 1]); // Within a block, the ones are too small for the sum.
    values.set([-(2 ** 30)], 512);
    values.fill(0, 513);
    const [x, weight] = [values, ones].map((data) => tensorFrom('float32', [1, 768], data));
    expect(run(node, x!, weight!)).toEqual([256]);
  });

  it('of products of codes are exact, however long, and rounded once', () => {
    const [x, weight] = [255, 127].map((code) =>
      tensorFrom('float32', [1, 5001], new Float32Array(5001).fill(code)),
    );
    expect(run(node, x!, weight!)).toEqual([Math.fround(5001 * 255 * 127)]);
  });

  it('of a channel with more taps than a block are of blocks as well', () => {
    const x = tensorFrom('float32', [1, 20, 20, 2], new Float32Array(800).fill(255));
    const weight = tensorFrom('float32', [2, 20, 20, 1], new Float32Array(800).fill(255));
    const geometry = { ...square(20, 1, 0), groups: 2, activation: null };
    expect(run({ ...named, ...geometry, op: 'conv2d' }, x, weight)).toEqual(
      [0, 0].map(() => Math.fround(400 * 255 * 255)),
    );
  });

  it('of a convolution whose window lies in the padding are its bias', () => {
    const x = tensorFrom('float32', [1, 1, 1, 1], [5]);
    const weight = tensorFrom('float32', [1, 1, 1, 1], [2]);
    const node = { ...named, ...square(1, 1, 1), op: 'conv2d', groups: 1, activation: null } as const;
    expect(run(node, x, weight, vector(7))).toEqual([7, 7, 7, 7, 17, 7, 7, 7, 7]);
  });

  it('of a transposed convolution with a stride beyond its kernel leave gaps of bias', () => {
    const x = tensorFrom('float32', [1, 1, 2, 1], [5, 6]);
    const weight = tensorFrom('float32', [1, 1, 1, 1], [2]);
    const geometry = { ...square(1, 3, 0), groups: 1, outputPaddingHeight: 0, outputPaddingWidth: 0 };
    const node = { ...named, ...geometry, op: 'convTranspose2d', activation: null } as const;
    expect(run(node, x, weight, vector(7))).toEqual([17, 7, 7, 19]);
  });
});
