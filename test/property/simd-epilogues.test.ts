import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits, INT16, INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { REQUANTIZER_RULES, type RequantizerRule, type RuleName } from '../../src/arith/index.js';
import { anyAccumulator, anyClamp, anyInteger } from '../../src/testing/index.js';
import { anyRequantizerFor } from '../arbitraries/quant.js';
import { anyRuleCase } from '../arbitraries/rule-cases.js';
import { counterexample } from '../support/counterexample.js';
import { epilogueOutcome, type EpilogueCase } from '../support/epilogue-codes.js';

const UINT16: IntFormat = { bits: 16, signed: false };
const FORMATS = [INT8, UINT8, { bits: 4, signed: true }, INT16, UINT16, INT32];
const ANY_SUM = 2 ** 31;

/** Cases for each rule. */
const CASES = 150;

const rowsOf = (channels: number, sum: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((rows) => fc.array(sum, { minLength: rows * channels, maxLength: rows * channels }));

/** Sums as layers make them, most of which become different codes. */
const anyLayer: fc.Arbitrary<EpilogueCase> = fc
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
function anyCaseOf(rule: RequantizerRule): fc.Arbitrary<EpilogueCase> {
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

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

describe('codes of emitted epilogues equal the definition', () => {
  it('for sums as layers make them, in any format, with any number of channels', () => {
    let vectors = 0;
    const property = fc.property(anyLayer, (request) => {
      const { kind, misses } = epilogueOutcome(request);
      if (kind === 'vector') vectors += 1;
      expect(misses).toEqual([]);
    });
    expect(counterexample(property, 5000)).toBe('');
    expect(vectors).toBeGreaterThan(1000);
  });

  it.each(named)('for any parameters of $name', ({ rule, stream }) => {
    const property = fc.property(anyCaseOf(rule), (request) => {
      expect(epilogueOutcome(request).misses).toEqual([]);
    });
    expect(counterexample(property, CASES, stream)).toBe('');
  });
});

/** Rules, or parameters of them, that are taken one sum after another: each says something that no product of fixed point is. */
const SCALAR_RULES: ReadonlySet<RuleName> = new Set([]);

describe('a layer of int8 with the parameters that a stack derives is taken by vectors', () => {
  const factors = [1 / 5000, 1 / 3001, 1 / 900, 1 / 20_000];
  it.each(named)('$name', ({ rule }) => {
    const channels = factors.map(
      (factor) =>
        rule.derive(factor) ??
        rule.withFactor({ multiplier: 2n ** 14n, rightShift: 14 - Math.round(Math.log2(factor)) }),
    );
    expect(channels).not.toContain(null);
  });
});
