import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fractionText } from '../../../src/arith/dyadic.js';
import { ruleOf, type RequantizerCase, type RuleName } from '../../../src/arith/index.js';
import { requantizerProperties, type RequantizerProperties } from '../../../src/testing/index.js';

type Named = Exclude<keyof RequantizerProperties, 'equalTo'>;

const SAMPLING = { seed: 1, runs: 3000 };

const verdict = (rule: RuleName, name: Named): string => {
  return requantizerProperties(rule)[name].check(SAMPLING).verdict;
};

/** The counter-example, a line a case. */
function refutation(rule: RuleName, name: Named): readonly string[] {
  const outcome = requantizerProperties(rule)[name].check(SAMPLING);
  return outcome.verdict === 'refuted' ? outcome.counterexample.map(({ text }) => text) : [outcome.verdict];
}

describe('what is known of stacks comes out', () => {
  it.each<[RuleName, Named, string]>([
    ['shift-floor', 'withinHalfLsb', 'refuted'],
    ['shift-floor', 'withinOneLsb', 'held'],
    ['shift-jam', 'withinHalfLsb', 'refuted'],
    ['tflite-single', 'withinHalfLsb', 'held'],
    ['tflite-single', 'oddSymmetric', 'refuted'],
    ['tflite-double', 'withinOneLsb', 'held'],
    ['tflite-double', 'monotone', 'held'],
    ['shift-half-away-from-zero', 'oddSymmetric', 'held'],
    ['qnnpack-precise', 'oddSymmetric', 'held'],
    ['pulp-nn-64', 'oddSymmetric', 'notApplicable'],
    ['xnnpack-gemmlowp', 'idempotent', 'notApplicable'],
    ['ruy', 'idempotent', 'held'],
    ['ap-fixed-rnd-sat', 'saturates', 'held'],
    ['ap-fixed-rnd-wrap', 'saturates', 'refuted'],
    ['ap-fixed-rnd-wrap', 'monotone', 'refuted'],
    ['rvv-vsmul-rdn', 'monotone', 'held'],
    ['nvdla-sdp', 'monotone', 'held'],
  ])('%s: %s is %s', (rule, name, want) => {
    expect(verdict(rule, name)).toBe(want);
  });

  it('two roundings turn 0.25 into 1: the smallest case', () => {
    expect(refutation('tflite-double', 'withinHalfLsb')).toEqual([
      'acc 1, multiplier 1073741824, leftShift -1 (factor 1/4), zero point 0, clamp -128…127: exact 0.25, code 1',
    ]);
  });

  it('a float32 accumulator is more than half a code off only beyond 2^24', () => {
    const outcome = requantizerProperties('xnnpack-fp32').withinHalfLsb.check({ seed: 1, runs: 20_000 });
    expect(outcome.verdict).toBe('refuted');
    const accumulators =
      outcome.verdict === 'refuted' ? outcome.counterexample.map(({ request }) => Number(request.acc)) : [];
    expect(accumulators.map(Math.abs).filter((acc) => acc <= 2 ** 24)).toEqual([]);
  });

  it('the C model of Gemmini goes two codes too far', () => {
    expect(refutation('gemmini-scale-c-model', 'withinOneLsb')).toEqual([
      expect.stringContaining('scale 0.9999999403953552'),
    ]);
  });
});

describe('bias is counted', () => {
  it.each<[RuleName, string]>([
    ['shift-floor', '-15/32 -1/2 -1/2'],
    ['shift-ceil', '15/32 1/2 1/2'],
    ['shift-toward-zero', '0 0 -1/2'],
    ['shift-half-up', '1/32 1/2 1/2'],
    ['shift-half-down', '-1/32 -1/2 -1/2'],
    ['shift-half-away-from-zero', '0 0 1/2'],
    ['shift-half-even', '0 0 0'],
    ['tflite-double', '1/32 0 1/2'],
    ['tflite-neon-double', '3/32 1/2 1/2'],
    ['xnnpack-fp32', '0 0 0'],
    ['pulp-nn-32', '-15/32 -1/2 -1/2'],
  ])('%s: %s over all remainders, ties, positive ties', (rule, want) => {
    const outcome = requantizerProperties(rule).unbiased.check();
    const bias = outcome.verdict === 'measured' ? Object.values(outcome.bias) : [];
    expect(bias.map(fractionText).join(' ')).toBe(want);
  });
});

/** TFLite with a single rounding that is one too low at one accumulator. */
function slip(request: RequantizerCase): bigint {
  const code = ruleOf('tflite-single').code(request);
  return request.acc === 3n && request.parameters['leftShift'] === -1 ? code - 1n : code;
}

describe('a requantizer of one’s own', () => {
  it('is told from the rule it should be, in the smallest case', () => {
    const outcome = requantizerProperties({ like: 'tflite-single', code: slip })
      .equalTo('tflite-single')
      .check(SAMPLING);
    expect(outcome).toMatchObject({
      verdict: 'refuted',
      counterexample: [{ request: { acc: 3n }, code: 0n }],
    });
  });

  it('fails an assertion with the case as its cause', () => {
    const { property } = requantizerProperties({ like: 'shift-floor', code: () => 0 }).withinOneLsb;
    expect(() => fc.assert(property!, { seed: 1 })).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({
          message: expect.stringMatching(/^not withinOneLsb: acc .*, code 0$/),
        }),
      }),
    );
  });

  it('may return numbers, and have a contract of its own', () => {
    const contract = { ...ruleOf('shift-floor'), holds: ({ acc }: RequantizerCase) => acc >= 0n };
    const own = requantizerProperties({
      like: contract,
      code: (request) => Number(ruleOf('shift-toward-zero').code(request)),
    });
    expect(own.equalTo('shift-floor').check(SAMPLING).verdict).toBe('held');
    expect(own.oddSymmetric.check(SAMPLING).verdict).toBe('held');
  });

  it('has a property held only in cases that say something about it', () => {
    const never = { ...ruleOf('shift-floor'), holds: ({ acc }: RequantizerCase) => acc === 1n };
    const own = requantizerProperties({ like: never, code: () => 0n });
    expect(own.monotone.check(SAMPLING)).toEqual({
      verdict: 'notApplicable',
      why: 'no case within the contract says anything about it',
    });
  });
});

it('draws the same cases from the same seed', () => {
  const { monotone } = requantizerProperties('vta-shr');
  expect(monotone.check(SAMPLING)).toEqual(monotone.check(SAMPLING));
});
