import fc from 'fast-check';
import type { RequantizerRule } from '../../src/arith/index.js';
import { fits, INT16, INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { anyAccumulator, anyClamp, anyInteger } from '../../src/testing/index.js';
import type { EpilogueCase } from '../support/epilogue-codes.js';
import { anyRequantizerFor } from './quant.js';
import { anyRuleCase } from './rule-cases.js';

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
  })
  .chain(({ channels, format, largest, isBounded }) => {
    const sum = fc.integer({ min: -largest, max: largest });
    const extreme = isBounded ? fc.constantFrom(-largest, largest) : anyAccumulator();
    return fc.record({
      channels: fc.constant(channels),
      format: fc.constant(format),
      requantizer: anyRequantizerFor(largest, channels),
      outputZeroPoint: anyInteger(format),
      clamp: fc.oneof(fc.constant({ min: minOf(format), max: maxOf(format) }), anyClamp(format)),
      gap: fc.nat({ max: 9 }),
      sums: rowsOf(channels, fc.oneof(sum, extreme)),
      largestSum: fc.constant(isBounded ? largest : ANY_SUM),
    });
  });

/** Any parameters of a rule, one or one for each channel, beside sums near their ties and ends. */
export function anyCaseOf(rule: RequantizerRule): fc.Arbitrary<EpilogueCase> {
  return fc
    .record({
      cases: fc.array(anyRuleCase(rule), { minLength: 1, maxLength: 40 }),
      isUniform: fc.boolean(),
      others: fc.array(anyAccumulator(), { maxLength: 3 }),
      gap: fc.nat({ max: 9 }),
    })
    .map(({ cases, isUniform, others, gap }) => {
      const { zeroPoint, min, max } = cases[0]!.output;
      const sums = [...cases.map(({ acc }) => acc), ...others.flatMap((sum) => cases.map(() => sum))];
      return {
        requantizer: {
          kind: 'stack',
          rule: rule.name,
          channels: cases.slice(0, isUniform ? 1 : cases.length).map(({ parameters }) => parameters),
        },
        format: FORMATS.find((format) => fits(min, format) && fits(max, format))!,
        outputZeroPoint: zeroPoint,
        clamp: { min, max },
        channels: cases.length,
        sums: sums.map((sum) => Math.max(-ANY_SUM, Math.min(ANY_SUM - 1, sum))),
        gap,
        largestSum: ANY_SUM,
      };
    });
}
