import fc from 'fast-check';
import type { Parameters, RequantizerRule } from '../../src/arith/index.js';
import { fits, INT16, INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { anyAccumulator, anyClamp, anyInteger } from '../../src/testing/index.js';
import type { EpilogueCase } from '../support/epilogue-codes.js';
import { anyRequantizerFor, parametersNear } from './quant.js';
import { anyOutputGrid, anyRuleCase, nearTies } from './rule-cases.js';

const UINT16: IntFormat = { bits: 16, signed: false };
const FORMATS = [INT8, UINT8, { bits: 4, signed: true }, INT16, UINT16, INT32];
/** Any int32. */
export const ANY_SUM = 2 ** 31;

const rowsOf = (channels: number, sum: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((rows) => fc.array(sum, { minLength: rows * channels, maxLength: rows * channels }));

/** Sums as layers make them, most of which become different codes. */
export const anyLayer: fc.Arbitrary<EpilogueCase> = fc
  .record({
    channels: fc.integer({ min: 1, max: 40 }),
    format: fc.constantFrom(...FORMATS),
    largest: fc.constantFrom(2 ** 9, 2 ** 16, 2 ** 24),
    isBounded: fc.boolean(),
    isRectified: fc.boolean(),
  })
  .chain(({ channels, format, largest, isBounded, isRectified }) => {
    const sum = fc.integer({ min: -largest, max: largest });
    const extreme = isBounded ? fc.constantFrom(-largest, largest) : anyAccumulator();
    return fc
      .record({
        channels: fc.constant(channels),
        format: fc.constant(format),
        requantizer: anyRequantizerFor(largest, channels),
        outputZeroPoint: anyInteger(format),
        clamp: fc.oneof(fc.constant({ min: minOf(format), max: maxOf(format) }), anyClamp(format)),
        gap: fc.nat({ max: 9 }),
        sums: rowsOf(channels, fc.oneof(sum, extreme)),
        sumRange: fc.constant(isBounded ? largest : ANY_SUM),
      })
      .map((layer) => (isRectified ? rectified(layer) : layer));
  });

/** The same layer with a clamp that begins at the zero point. */
function rectified(layer: EpilogueCase): EpilogueCase {
  const { outputZeroPoint, clamp } = layer;
  return { ...layer, clamp: { min: outputZeroPoint, max: Math.max(outputZeroPoint, clamp.max) } };
}

interface Channel {
  readonly parameters: Parameters;
  readonly sum: number;
}

/** Parameters in a row as a layer has them, which vectors take: of like factors. */
function likeChannels(rule: RequantizerRule): fc.Arbitrary<Channel[]> {
  const mantissa = fc.oneof(
    fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
    fc.integer({ min: 4, max: 7 }).map((m) => m * 2 ** 28),
  );
  return fc.integer({ min: 0, max: 16 }).chain((shift) => {
    const channel = fc
      .tuple(mantissa, fc.integer({ min: shift, max: shift + 3 }))
      .map(([m, rightShift]) => parametersNear(rule, m, rightShift))
      .filter((parameters) => parameters !== null)
      .chain((parameters) =>
        fc.record({ parameters: fc.constant(parameters), sum: nearTies(rule, parameters) }),
      );
    return fc.array(channel, { minLength: 1, maxLength: 18 });
  });
}

const anyChannels = (rule: RequantizerRule): fc.Arbitrary<Channel[]> =>
  fc.array(
    anyRuleCase(rule).map(({ parameters, acc }) => ({ parameters, sum: acc })),
    { minLength: 1, maxLength: 18 },
  );

/** Any parameters of a rule, one or one for each channel, beside sums near their ties and ends. */
export function anyCaseOf(rule: RequantizerRule): fc.Arbitrary<EpilogueCase> {
  return fc
    .record({
      channels: fc.oneof(likeChannels(rule), anyChannels(rule)),
      output: anyOutputGrid,
      isUniform: fc.boolean(),
      others: fc.array(anyAccumulator(), { maxLength: 3 }),
      isBounded: fc.boolean(),
      gap: fc.nat({ max: 9 }),
    })
    .map(({ channels, output: { zeroPoint, min, max }, isUniform, others, isBounded, gap }) => {
      const sums = [
        ...channels.map(({ sum }) => sum),
        ...others.flatMap((sum) => channels.map(() => sum)),
      ].map((sum) => Math.max(-ANY_SUM, Math.min(ANY_SUM - 1, sum)));
      return {
        requantizer: {
          kind: 'stack',
          rule: rule.name,
          channels: channels.slice(0, isUniform ? 1 : channels.length).map(({ parameters }) => parameters),
        },
        format: FORMATS.find((format) => fits(min, format) && fits(max, format))!,
        outputZeroPoint: zeroPoint,
        clamp: { min, max },
        channels: channels.length,
        sums,
        gap,
        sumRange: isBounded ? Math.max(...sums.map(Math.abs)) : ANY_SUM,
      };
    });
}
