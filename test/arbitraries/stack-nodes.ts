import fc from 'fast-check';
import type { AffineGrid } from '../../src/arith/affine.js';
import { INT16, INT8, maxOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import {
  AVERAGE_POOL_RULE_NAMES,
  BINARY_RULE_NAMES,
  MEAN_RULE_NAMES,
  SOFTMAX_RULE_NAMES,
} from '../../src/arith/operators/names.js';
import { anyClamp, anyCode } from '../../src/testing/index.js';
import type { Shape } from '../../src/tensor/shape.js';
import type { TestOperand } from '../support/run-node.js';
import type { IntCase } from './int-nodes.js';
import { anyTensorRecipe, tensorOf } from './quant.js';
import { windowOf } from './window.js';

/** Operators as other stacks compute them, on the 8-bit grids that stacks use. */

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const anyByte = fc.constantFrom(INT8, UINT8);

/** Scales whose quotients are often halves and often anything. */
const anyScale = fc.oneof(
  fc.constantFrom(0.25, 0.5, 1, 2),
  fc.double({ min: 2 ** -6, max: 2, noNaN: true }).map(Math.fround),
);

const anyGrid = (format: IntFormat): fc.Arbitrary<AffineGrid> =>
  fc.record({ scale: anyScale, zeroPoint: anyCode(format), format: fc.constant(format) });

const anyActivation = (format: IntFormat, shape: Shape): fc.Arbitrary<TestOperand> =>
  anyTensorRecipe().map((recipe) => ({ tensor: tensorOf(recipe, format, shape), format, constant: false }));

/** The second operand is sometimes a row that is broadcast. */
export const anyStackBinary: fc.Arbitrary<IntCase> = fc
  .record({ format: anyByte, rows: upTo(6), columns: upTo(9), isRow: fc.boolean() })
  .chain(({ format, rows, columns, isRow }) =>
    fc
      .record({
        rule: fc.constantFrom(...BINARY_RULE_NAMES),
        inputGrids: fc.tuple(anyGrid(format), anyGrid(format)),
        outputGrid: anyGrid(format),
        clamp: anyClamp(format),
        operands: fc.tuple(
          anyActivation(format, [rows, columns]),
          anyActivation(format, isRow ? [columns] : [rows, columns]),
        ),
      })
      .map(({ operands, ...parameters }) => ({
        node: { op: 'stackBinary', ...parameters },
        operands,
        format,
      })),
  );

/** Each rule on the formats and the output grid it is for. */
export const anyStackSoftmax: fc.Arbitrary<IntCase> = fc
  .record({ rule: fc.constantFrom(...SOFTMAX_RULE_NAMES), byte: anyByte, rows: upTo(3), columns: upTo(12) })
  .chain(({ rule, byte, rows, columns }) => {
    const format = rule.startsWith('tflite-softmax-int16') ? INT16 : byte;
    const isLogarithm = rule.startsWith('tflite-log');
    const scale = isLogarithm ? 1 / 16 : rule.startsWith('tflite-softmax-int16') ? 2 ** -15 : 2 ** -8;
    const zeroPoint = isLogarithm ? maxOf(format) : format === INT8 ? -128 : 0;
    return fc
      .record({ inputGrid: anyGrid(format), x: anyActivation(format, [rows, columns]) })
      .map(({ inputGrid, x }) => ({
        node: {
          op: 'stackSoftmax' as const,
          rule,
          inputGrid,
          outputGrid: { scale, zeroPoint, format },
          beta: 1,
        },
        operands: [x],
        format,
      }));
  });

const anyImage = fc.record({
  format: anyByte,
  batch: upTo(2),
  height: upTo(6, 2),
  width: upTo(6, 2),
  channels: upTo(5),
});

export const anyStackAveragePool: fc.Arbitrary<IntCase> = anyImage.chain(
  ({ format, batch, height, width, channels }) =>
    fc
      .record({
        rule: fc.constantFrom(...AVERAGE_POOL_RULE_NAMES),
        kernel: upTo(2),
        pad: fc.boolean(),
        countIncludePad: fc.boolean(),
        inputGrid: anyGrid(format),
        outputGrid: anyGrid(format),
        clamp: anyClamp(format),
        x: anyActivation(format, [batch, height, width, channels]),
      })
      .map(({ kernel, pad, x, ...parameters }) => {
        const before = pad ? kernel - 1 : 0;
        const axis = { kernel, stride: 1, dilation: 1, before, after: 0 };
        return {
          node: { op: 'stackAveragePool', ...windowOf(axis, axis), ...parameters },
          operands: [x],
          format,
        };
      }),
);

export const anyStackMean: fc.Arbitrary<IntCase> = anyImage.chain(
  ({ format, batch, height, width, channels }) =>
    fc
      .record({
        rule: fc.constantFrom(...MEAN_RULE_NAMES),
        axes: fc.constantFrom([1, 2], [3], [2], [1, 2, 3]),
        keepDims: fc.boolean(),
        inputGrid: anyGrid(format),
        outputGrid: anyGrid(format),
        clamp: anyClamp(format),
        x: anyActivation(format, [batch, height, width, channels]),
      })
      .map(({ x, ...parameters }) => ({ node: { op: 'stackMean', ...parameters }, operands: [x], format })),
);

const anyTaps = (extent: number) =>
  fc
    .array(fc.tuple(upTo(extent - 1, 0), upTo(extent - 1, 0), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((taps) => ({
      lower: taps.map(([lower]) => lower),
      upper: taps.map(([, upper]) => upper),
      upperWeight: taps.map(([, , weight]) => Math.fround(weight)),
    }));

export const anyStackResize: fc.Arbitrary<IntCase> = anyImage.chain(({ batch, height, width, channels }) =>
  fc
    .record({
      rows: anyTaps(height),
      columns: anyTaps(width),
      x: anyActivation(UINT8, [batch, height, width, channels]),
    })
    .map(({ rows, columns, x }) => ({
      node: { op: 'stackResize', rule: 'tflite-float-resize', rows, columns },
      operands: [x],
      format: UINT8,
    })),
);
