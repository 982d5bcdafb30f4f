import { z } from 'zod';
import { ROUNDING_MODES } from '../../arith/rounding.js';
import type { Requantizer } from '../../arith/requantizer.js';
import { orderedParameters, parameterProblem } from '../../arith/requantizers/check-parameters.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { REQUANTIZER_RULES, ruleOf } from '../../arith/requantizers/registry.js';
import type { IntNode } from '../../ir/operators.js';

/** What a file may say of each integer operator. The compiler holds this against the node types (`satisfies` below). */

const int = z.int();
const count = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const positive = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const code = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const indices = z.array(count).readonly();

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

const base = { name: z.string(), inputs: z.array(z.string()).readonly(), output: z.string() };
const window = {
  kernelHeight: positive,
  kernelWidth: positive,
  strideHeight: positive,
  strideWidth: positive,
  dilationHeight: positive,
  dilationWidth: positive,
  padTop: count,
  padBottom: count,
  padLeft: count,
  padRight: count,
};
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
    .strictObject({ ...op('resize'), rows: taps, columns: taps, weightBits: z.int().min(0).max(15) })
    .refine(
      ({ rows, columns, weightBits }) =>
        [...rows.upperWeight, ...columns.upperWeight].every((weight) => weight <= 2 ** weightBits),
      'a weight of more than 1',
    ),
  z.strictObject({ ...op('reshape'), shape: indices }),
  z.strictObject({ ...op('transpose'), permutation: indices }),
  z.strictObject({ ...op('concat'), axis: count }),
  z.strictObject({ ...op('slice'), starts: indices, sizes: indices, steps: z.array(int).readonly() }),
  z.strictObject({
    ...op('pad'),
    before: indices,
    after: indices,
    mode: z.enum(['constant', 'reflect', 'edge']),
    value: code,
  }),
  z.strictObject({ ...op('gather'), axis: count, indices, indicesShape: indices }),
]) satisfies z.ZodType<IntNode>;
