import { z } from 'zod';
import type { FloatOperator } from '../../ir/operators.js';
import { count, movementFields, positive, real, window } from './schema-parts.js';

/** What a file may say of a float operator that runs on the host. The compiler holds this against the node types. */

const activation = z.strictObject({ min: real, max: real }).readonly().nullable();
export const realTaps = z
  .strictObject({
    lower: z.array(count).readonly(),
    upper: z.array(count).readonly(),
    upperWeight: z.array(z.number().min(-1).max(1)).readonly(),
  })
  .readonly();
const op = <Name extends string>(name: Name) => ({ op: z.literal(name) });

const unaryFunction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clip'), min: real, max: real }),
  z.strictObject({ kind: z.literal('leakyRelu'), slope: real }),
  z.strictObject({ kind: z.literal('sigmoid') }),
  z.strictObject({ kind: z.literal('tanh') }),
  z.strictObject({ kind: z.literal('hardSigmoid'), slope: real, offset: real }),
  z.strictObject({ kind: z.literal('hardSwish') }),
  z.strictObject({ kind: z.literal('elu') }),
  z.strictObject({ kind: z.literal('abs') }),
  z.strictObject({ kind: z.literal('gelu'), approximation: z.enum(['none', 'tanh']) }),
  z.strictObject({ kind: z.literal('erf') }),
  z.strictObject({ kind: z.literal('exp') }),
  z.strictObject({ kind: z.literal('sqrt') }),
  z.strictObject({ kind: z.literal('reciprocal') }),
  z.strictObject({ kind: z.literal('power'), exponent: real }),
  z.strictObject({ kind: z.literal('affine'), scale: real, offset: real }),
]);

export const floatOperatorSchema = z.discriminatedUnion('op', [
  z.strictObject({ ...op('conv2d'), ...window, groups: positive, activation }),
  z.strictObject({
    ...op('convTranspose2d'),
    ...window,
    groups: positive,
    outputPaddingHeight: count,
    outputPaddingWidth: count,
    activation,
  }),
  z.strictObject({ ...op('fullyConnected'), activation }),
  z.strictObject({ ...op('matMul') }),
  z.strictObject({ op: z.enum(['add', 'sub', 'mul', 'div', 'pow']), activation }),
  z.strictObject({ ...op('unary'), function: unaryFunction }),
  z.strictObject({ ...op('prelu') }),
  z.strictObject({ ...op('batchNormalization'), epsilon: real }),
  z.strictObject({ op: z.enum(['softmax', 'logSoftmax']), beta: real.optional() }),
  z.strictObject({ ...op('layerNormalization'), epsilon: real }),
  z.strictObject({ ...op('maxPool'), ...window }),
  z.strictObject({ ...op('averagePool'), ...window, countIncludePad: z.boolean() }),
  z.strictObject({ ...op('mean'), axes: z.array(count).readonly(), keepDims: z.boolean() }),
  z.strictObject({
    ...op('resize'),
    rows: realTaps,
    columns: realTaps,
    rule: z
      .strictObject({
        stack: z.literal('tflite'),
        mode: z.enum(['bilinear', 'nearest']),
        alignCorners: z.boolean(),
        halfPixelCenters: z.boolean(),
      })
      .readonly()
      .optional(),
  }),
  z.strictObject({ ...op('argMax'), ...movementFields.argMax }),
  z.strictObject({
    ...op('quantizeLinear'),
    rounding: z.enum(['halfEven', 'halfAwayFromZero', 'halfEvenOfProduct']),
    isSpelledOut: z.literal(true).optional(),
  }),
  z.strictObject({ ...op('dequantizeLinear') }),
  z.strictObject({ ...op('dynamicQuantize'), result: z.enum(['codes', 'scale', 'zeroPoint']) }),
  z.strictObject({ ...op('reshape'), ...movementFields.reshape }),
  z.strictObject({ ...op('transpose'), ...movementFields.transpose }),
  z.strictObject({ ...op('concat'), ...movementFields.concat }),
  z.strictObject({ ...op('slice'), ...movementFields.slice }),
  z.strictObject({ ...op('pad'), ...movementFields.pad, value: real }),
  z.strictObject({ ...op('gather'), ...movementFields.gather }),
]) satisfies z.ZodType<FloatOperator>;
