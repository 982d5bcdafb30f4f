import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { maxOf, minOf, UINT8 } from '../../src/arith/int-format.js';
import {
  REQUANTIZER_RULES,
  type Parameters,
  type RequantizerRule,
  type RuleName,
} from '../../src/arith/index.js';
import { ANY_SUM, anyCaseOf, anyLayer } from '../arbitraries/epilogues.js';
import { counterexample } from '../support/counterexample.js';
import { epilogueOutcome } from '../support/epilogue-codes.js';
import { repositoryPath } from '../support/cli.js';

/** Cases for each rule. */
const CASES = 60;

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

describe('codes of emitted epilogues equal the definition', () => {
  it('for sums as layers make them, in any format, with any number of channels', () => {
    let vectors = 0;
    const property = fc.property(anyLayer, (request) => {
      const { kind, misses } = epilogueOutcome(request);
      if (kind === 'vector') vectors += 1;
      expect(misses).toEqual([]);
    });
    expect(counterexample(property, 3000)).toBe('');
    expect(vectors).toBeGreaterThan(1000);
  });

  it.each(named)('for any parameters of $name', ({ rule, stream }) => {
    const property = fc.property(anyCaseOf(rule), (request) => {
      expect(epilogueOutcome(request).misses).toEqual([]);
    });
    expect(counterexample(property, CASES, stream)).toBe('');
  });
});

describe('corners that samples hardly meet', () => {
  it.each<{ why: string; rule: RuleName; sum: number; parameters: Parameters; code: number }>([
    {
      why: 'a float32 leaves int32 where the product does not',
      rule: 'fbgemm-float-avx2',
      sum: 2 ** 31 - 3,
      parameters: { scale: 1 },
      code: 0,
    },
    {
      why: 'the bit that CMSIS-NN adds wraps',
      rule: 'cmsis-nn-s64',
      sum: 2 ** 31 - 1,
      parameters: { multiplier: 2 ** 30, leftShift: 0 },
      code: 0,
    },
    {
      why: 'the sum with the zero point wraps',
      rule: 'tflite-single',
      sum: 2 ** 31 - 1,
      parameters: { multiplier: 2 ** 31 - 1, leftShift: 0 },
      code: 0,
    },
    {
      why: 'ESP-NN’s sum before the second shift wraps',
      rule: 'esp-nn-fast',
      sum: 2 ** 31 - 1,
      parameters: { multiplier: 2 ** 31 - 1, leftShift: -4 },
      code: 0,
    },
    {
      why: 'three times the double below 1/6 is 1/2 as a double, and goes away from zero',
      rule: 'tflite-float64',
      sum: 3,
      parameters: { scale: 1 / 6 },
      code: 4,
    },
  ])('$why', ({ rule, sum, parameters, code }) => {
    const { codes, misses } = epilogueOutcome({
      requantizer: { kind: 'stack', rule, channels: [parameters] },
      format: UINT8,
      outputZeroPoint: 3,
      clamp: { min: 0, max: 255 },
      channels: 1,
      sums: [sum],
      gap: 0,
      sumRange: sum,
    });
    expect(codes).toEqual([code]);
    expect(misses).toEqual([]);
  });
});

/** The kind of the epilogue of a rule for a layer of 8 bits whose factors are those of int8 networks, one for each channel. */
function kindOf(rule: RequantizerRule, largestSum: number): string {
  const channels = [1 / 5000, 1 / 3001, 1 / 900, 1 / 20_000].map((factor) => {
    const power = { multiplier: 2n ** 14n, rightShift: 14 - Math.round(Math.log2(factor)) };
    return rule.derive(factor) ?? rule.withFactor(power) ?? { shift: 11, random: 333 };
  });
  const format = { bits: 8, signed: rule.codes.signed };
  const { kind, misses } = epilogueOutcome({
    requantizer: { kind: 'stack', rule: rule.name, channels },
    format,
    outputZeroPoint: rule.zeroPoint === 'none' ? 0 : 3,
    clamp: { min: minOf(format), max: maxOf(format) },
    channels: channels.length,
    sums: [-largestSum, -12_345, 0, 67_890].map((sum) => Math.max(sum, -largestSum)),
    gap: 0,
    sumRange: largestSum,
  });
  expect(misses).toEqual([]);
  return kind;
}

const scalarRules = (largestSum: number): RuleName[] =>
  REQUANTIZER_RULES.filter((rule) => kindOf(rule, largestSum) === 'scalar').map(({ name }) => name);

/** Its sums are narrowed to int16 between two roundings. */
const NEVER_VECTORS: readonly RuleName[] = ['xnnpack-rndnu16'];

/** Rules of which some register overflows for some int32, with factors as those of a network. */
const MAY_OVERFLOW = /^(vta-shr-truncating|pulp-nn-32|ap-fixed-.*-(wrap|wrap-sm|sat-zero))$/;

describe('vectors take', () => {
  it.each([
    { outputZeroPoint: 70, expected: [0, 77, 25, 82, 77, 25] },
    { outputZeroPoint: 0, expected: [0, 7, 0, 12, 7, 0] },
  ])('channels of one sum, whatever their factors: $outputZeroPoint', ({ outputZeroPoint, expected }) => {
    const busy = { multiplier: 1_500_000_000, leftShift: -8 };
    const sums = [-70_000, 2 ** 30, -(2 ** 31), 4_321, 2 ** 30, -(2 ** 31)];
    const { kind, codes, misses } = epilogueOutcome({
      requantizer: {
        kind: 'stack',
        rule: 'tflite-double',
        channels: [busy, { multiplier: 1_999_999_999, leftShift: -27 }, { ...busy, leftShift: -25 }],
      },
      format: UINT8,
      outputZeroPoint,
      clamp: { min: 0, max: 255 },
      channels: 3,
      sums,
      gap: 0,
      sumRange: [
        { low: -70_000, high: 70_000 },
        { low: 2 ** 30, high: 2 ** 30 },
        { low: -(2 ** 31), high: -(2 ** 31) },
      ],
    });
    expect({ kind, misses }).toEqual({ kind: 'vector', misses: [] });
    expect(codes).toEqual(expected);
  });

  it('all rules but one where the largest sum is known', () => {
    expect(scalarRules(100_000)).toEqual(NEVER_VECTORS);
  });

  it('any int32 under all rules but those whose registers may overflow', () => {
    const scalar = scalarRules(ANY_SUM).filter((name) => !NEVER_VECTORS.includes(name));
    expect(scalar.filter((name) => !MAY_OVERFLOW.test(name))).toEqual([]);
  });
});

describe('codes are the same', () => {
  it.each([
    { compiler: 'the baseline compiler', flag: '--liftoff-only' },
    { compiler: 'the optimizing compiler', flag: '--no-liftoff' },
  ])('from $compiler', async ({ flag }) => {
    const script = repositoryPath('test/support/check-epilogues.ts');
    const options = [flag, '--import', import.meta.resolve('tsx'), script];
    const { stdout } = await promisify(execFile)(process.execPath, options);
    const { cases, misses } = JSON.parse(stdout) as { cases: number; misses: string[] };
    expect(misses).toEqual([]);
    expect(cases).toBeGreaterThan(600);
  });
});
