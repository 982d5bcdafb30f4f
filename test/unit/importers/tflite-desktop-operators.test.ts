import { expect, it } from 'vitest';
import type { AffineGrid } from '../../../src/arith/affine.js';
import { INT16, INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import { quantizeMultiplier } from '../../../src/arith/multipliers/tflite.js';
import { softmaxRule } from '../../../src/arith/operators/softmax.js';
import type { ProductOperands } from '../../../src/importers/quantized/stack-operators.js';
import {
  tfliteMicroOperators,
  tfliteReferenceOperators,
} from '../../../src/importers/quantized/tflite-operators.js';
import { xnnpackOperators } from '../../../src/importers/quantized/xnnpack-operators.js';

const grid = (format: IntFormat, scale: number, zeroPoint = 0): AffineGrid => ({ format, scale, zeroPoint });

/** Scales of which the factor in float32 is another than the factor in double: seen of 19749 · −18934. */
const [a, b, y] = [0.0005962611176073551, 0.0009765625, 0.007869341410696507].map((scale) =>
  grid(INT16, scale),
) as [AffineGrid, AffineGrid, AffineGrid];

it('MUL forms its factor in float32 on a desktop, in double in Micro', () => {
  const operands = { inputs: [a, b], output: y, range: null, fusion: {} } as never;
  const factor = (operators: typeof tfliteMicroOperators): unknown => {
    const made = operators.multiply(operands);
    return made?.op === 'mul' && made.requantizer.kind === 'stack' ? made.requantizer.channels[0] : null;
  };
  const product = a.scale * b.scale;
  expect(factor(tfliteReferenceOperators)).toEqual({
    ...quantizeMultiplier(Math.fround(Math.fround(product) / y.scale)),
  });
  expect(factor(tfliteMicroOperators)).toEqual({ ...quantizeMultiplier(product / y.scale) });
  expect(factor(tfliteReferenceOperators)).not.toEqual(factor(tfliteMicroOperators));
});

const operands = (format: IntFormat, more: Partial<ProductOperands> = {}): ProductOperands => ({
  place: 'a node of the test',
  input: grid(format, 0.5),
  weightScales: [0.25],
  isPerChannel: false,
  hasBias: true,
  output: grid(format, 1),
  range: null,
  ...more,
});

const ruleOf = (operator: 'conv2d' | 'fullyConnected', given: ProductOperands): unknown => {
  const { requantizer } = xnnpackOperators.product(operator, given);
  return requantizer.kind === 'stack' ? requantizer.rule : requantizer.kind;
};

it('FULLY_CONNECTED of int16 rounds as QUANTIZE of bytes without a bias, else its real factor', () => {
  expect(ruleOf('fullyConnected', operands(INT16))).toBe('tflite-float64-int64');
  expect(ruleOf('fullyConnected', operands(INT16, { hasBias: false }))).toBe('tflite-neon-double');
  expect(ruleOf('conv2d', operands(INT16, { hasBias: false }))).toBe('tflite-int64');
});

it('QUANTIZE of int16 rounds as the reference kernel does', () => {
  const given = [grid(INT16, 2 ** -9), grid(INT8, 2 ** -4)] as const;
  expect(xnnpackOperators.requantize(...given)).toEqual(tfliteReferenceOperators.requantize(...given));
});

it('LOGISTIC and TANH of the delegate round between two codes otherwise than the reference kernels do', () => {
  const logistic = [grid(INT8, 2 ** -7, -55), grid(INT8, 2 ** -8, -128)] as const;
  const tanh = [grid(UINT8, 2 ** -8, 167), grid(UINT8, 2 ** -7, 128)] as const;
  const codes = ({ table }: typeof xnnpackOperators): unknown[] => [
    table({ kind: 'sigmoid' }, ...logistic)![72],
    table({ kind: 'tanh' }, ...tanh)![168],
  ];
  expect(codes(tfliteReferenceOperators)).toEqual([0, 128]);
  expect(codes(xnnpackOperators)).toEqual([-1, 129]);
});

it('SOFTMAX of int16 forms its tables in double on a desktop, in float32 in Micro', () => {
  const [input, output] = [grid(INT16, Math.fround(20 / 65535)), grid(INT16, 2 ** -15)];
  const row = (rule: 'tflite-softmax-int16' | 'tflite-softmax-int16-desktop'): readonly number[] =>
    softmaxRule(rule, input, output, 1)([32767, 32767 - 1811]);
  expect(row('tflite-softmax-int16')).toEqual([20800, 11969]);
  expect(row('tflite-softmax-int16-desktop')).toEqual([20799, 11968]);
  const softmaxOf = ({ softmax }: typeof xnnpackOperators) => softmax({ input, output, beta: 1 });
  expect(softmaxOf(xnnpackOperators)).toMatchObject({ rule: 'tflite-softmax-int16-desktop' });
  expect(softmaxOf(tfliteMicroOperators)).toMatchObject({ rule: 'tflite-softmax-int16' });
});
