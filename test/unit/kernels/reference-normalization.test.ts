import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import { requantizerFor } from '../../../src/arith/requantizer-for.js';
import { softmaxScaling } from '../../../src/arith/softmax-scaling.js';
import { Random } from '../../../src/core/random.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { ACCUMULATOR } from '../../support/identity.js';
import {
  activation,
  constant,
  runNode,
  type TestOperand,
  type UnplacedNode,
} from '../../support/run-node.js';

const run = (node: UnplacedNode, operands: readonly TestOperand[], format: IntFormat): number[] =>
  Array.from(runNode(referenceKernels, node, operands, format).data);

/** Random codes of a format, 12 rows of 20. */
const random = new Random(7);
const shape = [12, 20];
const samples = (format: IntFormat): number[] =>
  Array.from({ length: 240 }, () => random.integer(minOf(format), maxOf(format)));
const rowOf = (codes: readonly number[], i: number): readonly number[] =>
  codes.slice(i - (i % 20), i - (i % 20) + 20);

/** The node that turns codes of this scale into probabilities. */
const softmax = (inputScale: number) => ({ op: 'softmax', ...softmaxScaling(inputScale) }) as const;

describe('softmax', () => {
  it.each([
    { format: INT8, name: 'int8' },
    { format: UINT8, name: 'uint8' },
    { format: INT16, name: 'int16' },
  ])('to $name stays within one code of the exponentials it stands for', ({ format }) => {
    const inputScale = 0.04;
    const codes = samples(INT8);
    const observed = run(softmax(inputScale), [activation(INT8, shape, codes)], format);
    const errors = observed.map((code, i) => {
      const row = rowOf(codes, i);
      const sum = row.reduce((total, other) => total + Math.exp(inputScale * (other - codes[i]!)), 0);
      return Math.abs(code - minOf(format) - Math.min(2 ** format.bits / sum, 2 ** format.bits - 1));
    });
    expect(Math.max(...errors)).toBeLessThan(1);
    expect(new Set(observed).size).toBeGreaterThan(20);
  });

  it('saturates a certain answer and floors what is out of reach', () => {
    expect(run(softmax(0.5), [activation(INT8, [1, 2], [127, -128])], INT8)).toEqual([127, -128]);
  });

  it('counts the smallest difference itself, and nothing below it', () => {
    const flat = { op: 'softmax', multiplier: 2 ** 30, leftShift: 0, smallestDifference: -1 } as const;
    const x = activation(INT8, [1, 3], [0, -1, -2]);
    expect(run(flat, [x], INT8)).toEqual([0, 0, -128]);
  });

  it('gives real zero to 512 equal terms, each too small for a code', () => {
    const x = activation(
      INT8,
      [1, 512],
      Array.from({ length: 512 }, () => 5),
    );
    expect(new Set(run(softmax(0.1), [x], INT8))).toEqual(new Set([-128]));
  });

  it('traps more equal terms than the sum holds', () => {
    const x = activation(
      INT8,
      [1, 4096],
      Array.from({ length: 4096 }, () => 5),
    );
    expect(() => run(softmax(0.1), [x], INT8)).toThrow('(softmax): a sum leaves int32');
  });
});

describe('log-softmax', () => {
  const fractionBits = 16;
  const inputScale = 0.03;
  const table = (f: (x: number) => number): TestOperand =>
    constant(
      INT32,
      [256],
      Array.from({ length: 256 }, (_, d) => Math.round(f(-inputScale * d) * 2 ** fractionBits)),
    );
  const node = { op: 'logSoftmax', fractionBits, ...ACCUMULATOR } as const;

  it('keeps its bracket within two units of the logarithm it stands for', () => {
    const codes = samples(INT8);
    const operands = [activation(INT8, shape, codes), table((d) => d), table(Math.exp)];
    const observed = run(node, operands, INT32);
    const errors = observed.map((value, i) => {
      const row = rowOf(codes, i);
      const sum = row.reduce((total, other) => total + Math.exp(inputScale * (other - codes[i]!)), 0);
      return Math.abs(value + Math.log(sum) * 2 ** fractionBits);
    });
    expect(Math.max(...errors)).toBeLessThan(2);
  });

  it('is minus the logarithm of the count for equal codes', () => {
    const operands = [activation(UINT8, [1, 4], [9, 9, 9, 9]), table((d) => d), table(Math.exp)];
    const expected = -Math.round(Math.log(4) * 2 ** fractionBits);
    expect(run(node, operands, INT32)).toEqual([expected, expected, expected, expected]);
  });
});

/** A gamma and a beta that change nothing. */
const ones = (count: number): TestOperand =>
  constant(
    INT16,
    [count],
    Array.from({ length: count }, () => 1),
  );
const none = (count: number): TestOperand =>
  constant(
    INT32,
    [count],
    Array.from({ length: count }, () => 0),
  );

describe('layer normalization', () => {
  const fractionBits = 10;
  const node = { op: 'layerNormalization', epsilon: 0, fractionBits, ...ACCUMULATOR } as const;
  it('has unit variance: -1 and 1 for two different codes, whatever their distance', () => {
    const one = 2 ** fractionBits;
    const operands = [activation(INT8, [2, 2], [3, 5, -128, 127]), ones(2), none(2)];
    expect(run(node, operands, INT32)).toEqual([-one, one, -one, one]);
  });

  it('rounds the square root down, then the quotient half away from zero', () => {
    // d = -3, -3, 6 and v = 18, so r = 4 with no fraction bits: -0.75, -0.75, 1.5.
    const whole = { ...node, fractionBits: 0 };
    const operands = [activation(INT8, [2, 3], [0, 0, 3, 3, 3, 0]), ones(3), none(3)];
    expect(run(whole, operands, INT32)).toEqual([-1, -1, 2, 1, 1, -2]);
  });

  it('is beta where all codes are equal', () => {
    const operands = [activation(INT8, [1, 3], [7, 7, 7]), ones(3), constant(INT32, [3], [1, 2, 3])];
    expect(run(node, operands, INT32)).toEqual([1, 2, 3]);
  });

  it('stays within one unit of the normalized real value, before gamma', () => {
    const codes = samples(INT8);
    const epsilon = 5000;
    const operands = [activation(INT8, shape, codes), ones(20), none(20)];
    const errors = run({ ...node, epsilon }, operands, INT32).map((value, i) => {
      const row = rowOf(codes, i);
      const mean = row.reduce((sum, code) => sum + code, 0) / 20;
      const variance = row.reduce((sum, code) => sum + (code - mean) ** 2, 0) / 20 + epsilon / 20 ** 2;
      return Math.abs(value - ((codes[i]! - mean) / Math.sqrt(variance)) * 2 ** fractionBits);
    });
    expect(Math.max(...errors)).toBeLessThan(1);
  });

  it('scales and shifts each feature, then requantizes', () => {
    const operands = [
      activation(INT8, [1, 2], [0, 100]),
      constant(INT16, [2], [3, -5]),
      constant(INT32, [2], [1024, 2048]),
    ];
    const output = {
      requantizer: requantizerFor([2 ** -10], 'single'),
      outputZeroPoint: 10,
      clamp: { min: -128, max: 127 },
    };
    expect(run({ ...node, ...output }, operands, INT8)).toEqual([10 - 3 + 1, 10 - 5 + 2]);
  });
});
