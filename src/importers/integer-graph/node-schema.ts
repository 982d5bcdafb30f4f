import { z } from 'zod';
import { ROUNDING_MODES } from '../../arith/rounding.js';
import type { Requantizer } from '../../arith/requantizer.js';
import { orderedParameters, parameterProblem } from '../../arith/requantizers/check-parameters.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { REQUANTIZER_RULES, ruleOf } from '../../arith/requantizers/registry.js';
import {
  AVERAGE_POOL_RULE_NAMES,
  MEAN_RULE_NAMES,
  RESIZE_RULE_NAMES,
  BINARY_RULE_NAMES,
  SOFTMAX_RULE_NAMES,
} from '../../arith/operators/names.js';
import type { IntNode } from '../../ir/operators.js';
import { floatOperatorSchema, realTaps } from './float-operator-schema.js';
import { format } from './format-schema.js';
import { code, count, indices, movementFields, positive, window } from './schema-parts.js';

/** What a file may say of each integer operator. The compiler holds this against the node types (`satisfies` below). */

const multiplier = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const rounding = z.enum(ROUNDING_MODES as [(typeof ROUNDING_MODES)[number]]);
const sameLength = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.length > 0;

const ruleNames = REQUANTIZER_RULES.map(({ name }) => name) as [RuleName];

/** Every channel names the rule's parameters, in range; they are written down in the rule's order. */
const stackRequantizer = z
  .strictObject({
    kind: z.literal('stack'),
    rule: z.enum(ruleNames, { error: 'another name, expected one of the requantizer rules' }),
    channels: z.array(z.record(z.string(), z.number()).readonly()).min(1).readonly(),
  })
  .superRefine(({ rule, channels }, context) => {
    for (const [channel, parameters] of channels.entries()) {
      const message = parameterProblem(ruleOf(rule), parameters);
      if (message !== null) context.addIssue({ code: 'custom', path: ['channels', channel], message });
    }
  })
  .overwrite((requantizer) => ({
    ...requantizer,
    channels: requantizer.channels.map((parameters) =>
      orderedParameters(ruleOf(requantizer.rule), parameters),
    ),
  }));

const requantizer: z.ZodType<Requantizer> = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('multiplyShift'),
      rounding,
      multipliers: z.array(multiplier).readonly(),
      shifts: z.array(z.int().min(0).max(62)).readonly(),
    })
    .refine(({ multipliers, shifts }) => sameLength(multipliers, shifts), 'one shift per multiplier'),
  z
    .strictObject({
      kind: z.literal('doubleRounding'),
      multipliers: z.array(multiplier).readonly(),
      leftShifts: z.array(z.int().min(-31).max(30)).readonly(),
    })
    .refine(({ multipliers, leftShifts }) => sameLength(multipliers, leftShifts), 'one shift per multiplier'),
  z.strictObject({
    kind: z.literal('shift'),
    rounding,
    shifts: z.array(z.int().min(-31).max(62)).min(1).readonly(),
  }),
  stackRequantizer,
]);

const clamp = z
  .strictObject({ min: code, max: code })
  .readonly()
  .refine(({ min, max }) => min <= max, 'min is at most max');
const pair = z.tuple([code, code]).readonly();
const grid = z.strictObject({ scale: z.number().positive(), zeroPoint: code, format }).readonly();

const base = { name: z.string(), inputs: z.array(z.string()).readonly(), output: z.string() };
const requantized = { requantizer, outputZeroPoint: code, clamp };
const array = { inputZeroPoint: code, weightZeroPoint: code, ...requantized };
const taps = z.strictObject({ lower: indices, upper: indices, upperWeight: indices }).readonly();
const op = <Name extends string>(name: Name) => ({ op: z.literal(name), ...base });

export const intNodeSchema = z.discriminatedUnion('op', [
  z.strictObject({ ...op('conv2d'), ...window, groups: positive, ...array }),
  z.strictObject({ ...op('depthwiseConv2d'), ...window, groups: positive, ...array }),
  z.strictObject({
    ...op('convTranspose2d'),
    ...window,
    groups: positive,
    outputPaddingHeight: count,
    outputPaddingWidth: count,
    ...array,
  }),
  z.strictObject({ ...op('fullyConnected'), ...array }),
  z.strictObject({ ...op('matMul'), inputZeroPoints: pair, ...requantized }),
  z.strictObject({
    op: z.enum(['add', 'sub']),
    ...base,
    inputZeroPoints: pair,
    leftShift: z.int().min(0).max(30),
    inputRequantizers: z.tuple([requantizer, requantizer]).readonly(),
    ...requantized,
  }),
  z.strictObject({ ...op('mul'), inputZeroPoints: pair, ...requantized }),
  z.strictObject({ ...op('requantize'), inputZeroPoint: code, ...requantized }),
  z.strictObject({ ...op('lut') }),
  z.strictObject({
    ...op('softmax'),
    multiplier,
    leftShift: z.int().min(-31).max(31),
    smallestDifference: code,
  }),
  z.strictObject({ ...op('logSoftmax'), fractionBits: z.int().min(1).max(28), ...requantized }),
  z.strictObject({
    ...op('layerNormalization'),
    epsilon: z.int().min(0),
    fractionBits: z.int().min(0).max(24),
    ...requantized,
  }),
  z.strictObject({ ...op('maxPool'), ...window }),
  z.strictObject({
    ...op('averagePool'),
    ...window,
    countIncludePad: z.boolean(),
    inputZeroPoint: code,
    clamp,
  }),
  z.strictObject({
    ...op('mean'),
    axes: indices,
    keepDims: z.boolean(),
    inputZeroPoint: code,
    ...requantized,
  }),
  z
    .strictObject({
      ...op('resize'),
      rows: taps,
      columns: taps,
      weightBits: z.int().min(0).max(15),
      rounding: z.enum(['halfAwayFromZero', 'halfUp']),
    })
    .refine(
      ({ rows, columns, weightBits }) =>
        [...rows.upperWeight, ...columns.upperWeight].every((weight) => weight <= 2 ** weightBits),
      'a weight of more than 1',
    ),
  z.strictObject({ ...op('argMax'), ...movementFields.argMax }),
  z.strictObject({
    ...op('stackBinary'),
    rule: z.enum(BINARY_RULE_NAMES),
    inputGrids: z.tuple([grid, grid]).readonly(),
    outputGrid: grid,
    clamp,
  }),
  z.strictObject({
    ...op('stackSoftmax'),
    rule: z.enum(SOFTMAX_RULE_NAMES),
    inputGrid: grid,
    outputGrid: grid,
    beta: z.number(),
  }),
  z.strictObject({
    ...op('stackMean'),
    rule: z.enum(MEAN_RULE_NAMES),
    axes: indices,
    keepDims: z.boolean(),
    inputGrid: grid,
    outputGrid: grid,
    clamp,
  }),
  z.strictObject({
    ...op('stackResize'),
    rule: z.enum(RESIZE_RULE_NAMES),
    rows: realTaps,
    columns: realTaps,
  }),
  z.strictObject({
    ...op('stackAveragePool'),
    ...window,
    rule: z.enum(AVERAGE_POOL_RULE_NAMES),
    countIncludePad: z.boolean(),
    inputGrid: grid,
    outputGrid: grid,
    clamp,
  }),
  z.strictObject({ ...op('float'), operator: floatOperatorSchema }),
  z.strictObject({ ...op('reshape'), ...movementFields.reshape }),
  z.strictObject({ ...op('transpose'), ...movementFields.transpose }),
  z.strictObject({ ...op('concat'), ...movementFields.concat }),
  z.strictObject({ ...op('slice'), ...movementFields.slice }),
  z.strictObject({ ...op('pad'), ...movementFields.pad, value: code }),
  z.strictObject({ ...op('gather'), ...movementFields.gather }),
]) satisfies z.ZodType<IntNode>;
