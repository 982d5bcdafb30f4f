import { describe, expect, it } from 'vitest';
import { INT32, INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import { requantizerFor } from '../../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { ACCUMULATOR, windowWith } from '../../support/identity.js';
import {
  activation,
  constant,
  runNode,
  type TestOperand,
  type UnplacedNode,
} from '../../support/run-node.js';

const run = (node: UnplacedNode, operands: readonly TestOperand[], format: IntFormat): number[] =>
  Array.from(runNode(referenceKernels, node, operands, format).data);

const int8Codes = { min: -128, max: 127 };

describe('sums and products', () => {
  const identity = requantizerFor([2 ** -20], 'double');
  const add = {
    op: 'add',
    inputZeroPoints: [10, -10],
    leftShift: 20,
    inputRequantizers: [requantizerFor([1], 'single'), requantizerFor([0.5], 'single')],
    requantizer: identity,
    outputZeroPoint: 3,
    clamp: int8Codes,
  } as const;
  const operands = [activation(INT8, [2, 1], [11, 30]), activation(INT8, [1, 2], [-6, 10])];

  it('rescales both operands, then adds, broadcasting', () => {
    expect(run(add, operands, INT8)).toEqual([1 + 2 + 3, 1 + 10 + 3, 20 + 2 + 3, 20 + 10 + 3]);
  });

  it('subtracts the second operand', () => {
    expect(run({ ...add, op: 'sub' }, operands, INT8)).toEqual([
      1 - 2 + 3,
      1 - 10 + 3,
      20 - 2 + 3,
      20 - 10 + 3,
    ]);
  });

  it('traps a left shift that leaves int32', () => {
    expect(() => run({ ...add, leftShift: 30 }, operands, INT8)).toThrow('(add): a sum leaves int32');
  });

  it('multiplies real codes', () => {
    const node = {
      op: 'mul',
      inputZeroPoints: [10, -10],
      requantizer: requantizerFor([0.25], 'single'),
      outputZeroPoint: -1,
      clamp: int8Codes,
    } as const;
    // 1·4, 1·20, 20·4, 20·20 quartered, less 1, clamped.
    expect(run(node, operands, INT8)).toEqual([0, 4, 19, 99]);
  });

  it('moves codes to another grid and another format', () => {
    const node = {
      op: 'requantize',
      inputZeroPoint: 128,
      requantizer: requantizerFor([1], 'single'),
      outputZeroPoint: 0,
      clamp: { min: -100, max: 127 },
    } as const;
    expect(run(node, [activation(UINT8, [3], [0, 128, 255])], INT8)).toEqual([-100, 0, 127]);
  });
});

describe('tables', () => {
  const codes = Array.from({ length: 256 }, (_, i) => i);

  it('run from the lowest code of the input format up', () => {
    const operands = [activation(INT8, [3], [-128, 0, 127]), constant(UINT8, [256], codes)];
    expect(run({ op: 'lut' }, operands, UINT8)).toEqual([0, 128, 255]);
    const unsigned = [activation(UINT8, [3], [0, 128, 255]), constant(UINT8, [256], codes)];
    expect(run({ op: 'lut' }, unsigned, UINT8)).toEqual([0, 128, 255]);
  });

  it('are chosen by the last axis where there is one per channel', () => {
    const uint2 = { bits: 2, signed: false };
    const operands = [
      activation(uint2, [2, 2], [0, 0, 3, 3]),
      constant(INT8, [2, 4], [1, 2, 3, 4, -1, -2, -3, -4]),
    ];
    expect(run({ op: 'lut' }, operands, INT8)).toEqual([1, -1, 4, -4]);
  });

  it('must hold codes of the result', () => {
    const operands = [activation(INT8, [1], [0]), constant(UINT8, [256], codes)];
    expect(() => run({ op: 'lut' }, operands, { bits: 4, signed: false })).toThrow(
      'every output code fits its format',
    );
  });
});

describe('pooling', () => {
  it.each([
    { codes: [1, 2], expected: 2 },
    { codes: [-1, -2], expected: -2 },
    { codes: [0, 1], expected: 1 },
    { codes: [0, -1], expected: -1 },
    { codes: [1, 2, 2, 2], expected: 2 },
    { codes: [1, 1, 2], expected: 1 },
    { codes: [0, 0, 1, 1], expected: 1 },
    { codes: [0, 0, -1, -1], expected: -1 },
  ])('the average of $codes is $expected: ties away from zero', ({ codes, expected }) => {
    const node = {
      op: 'averagePool',
      countIncludePad: false,
      inputZeroPoint: 0,
      clamp: int8Codes,
      ...windowWith([1, codes.length]),
    } as const;
    expect(run(node, [activation(INT8, [1, 1, codes.length, 1], codes)], INT8)).toEqual([expected]);
  });

  it('leaves padding out of an average, or counts it as real zero', () => {
    const average = {
      op: 'averagePool',
      countIncludePad: false,
      inputZeroPoint: -100,
      clamp: { min: -128, max: 40 },
      ...windowWith([1, 2], { padLeft: 1 }),
    } as const;
    const x = [activation(INT8, [1, 1, 2, 1], [50, 20])];
    expect(run(average, x, INT8)).toEqual([40, 35]);
    expect(run({ ...average, countIncludePad: true }, x, INT8)).toEqual([-25, 35]);
  });

  it('never lets padding win a maximum', () => {
    const node = {
      op: 'maxPool',
      ...windowWith([2, 2], { padTop: 1, strideHeight: 2, strideWidth: 2 }),
    } as const;
    const x = activation(INT8, [1, 3, 2, 1], [-5, -6, -7, -8, -9, -10]);
    expect(run(node, [x], INT8)).toEqual([-5, -7]);
  });

  it('dilates its window', () => {
    const node = { op: 'maxPool', ...windowWith([1, 2], { dilationWidth: 2 }) } as const;
    expect(run(node, [activation(INT8, [1, 1, 4, 1], [1, 9, 2, 3])], INT8)).toEqual([2, 9]);
  });

  it('takes the mean over any axes', () => {
    const mean = { op: 'mean', inputZeroPoint: 1, ...ACCUMULATOR } as const;
    const x = [activation(INT8, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])];
    expect(run({ ...mean, axes: [0, 2], keepDims: false }, x, INT32)).toEqual([10, 18]);
    expect(run({ ...mean, axes: [1], keepDims: true }, x, INT32)).toEqual([2, 4, 10, 12]);
  });

  it('indexes per-channel requantizers of a mean by the last axis of the result', () => {
    const node = {
      op: 'mean',
      axes: [0],
      keepDims: false,
      inputZeroPoint: 0,
      ...ACCUMULATOR,
      requantizer: requantizerFor([0.5, 1], 'single'),
    } as const;
    expect(run(node, [activation(INT8, [2, 2], [1, 2, 3, 4])], INT32)).toEqual([2, 6]);
  });
});

describe('resize', () => {
  const wholeRow = { lower: [0], upper: [0], upperWeight: [0] };

  it('blends two taps by their weight, half away from zero', () => {
    const columns = { lower: [0, 0, 0, 1], upper: [1, 1, 1, 1], upperWeight: [0, 1, 2, 0] };
    const node = {
      op: 'resize',
      rows: wholeRow,
      columns,
      weightBits: 2,
      rounding: 'halfAwayFromZero',
    } as const;
    expect(run(node, [activation(INT8, [1, 1, 2, 1], [0, 2])], INT8)).toEqual([0, 1, 1, 2]);
    expect(run(node, [activation(INT8, [1, 1, 2, 1], [0, -2])], INT8)).toEqual([0, -1, -1, -2]);
  });

  it('blends rows and columns and rounds once', () => {
    const half = { lower: [0], upper: [1], upperWeight: [1] };
    const node = {
      op: 'resize',
      rows: half,
      columns: half,
      weightBits: 1,
      rounding: 'halfAwayFromZero',
    } as const;
    expect(run(node, [activation(INT8, [1, 2, 2, 1], [0, 1, 0, 0])], INT8)).toEqual([0]);
    expect(run(node, [activation(INT8, [1, 2, 2, 1], [0, 1, 1, 0])], INT8)).toEqual([1]);
  });
});
