import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  REQUANTIZER_RULES,
  requantize,
  ruleOf,
  type Parameters,
  type RequantizerRule,
  type RuleName,
} from '../../src/arith/index.js';
import { InvariantError } from '../../src/core/errors.js';
import { bindRule, UNBOUNDED } from '../../src/kernels/fast/requantizers/bind-rule.js';
import { agreesBelow2To53 } from '../support/agreement.js';
import { anyParameters, anyRuleCase, type RuleCase } from '../arbitraries/rule-cases.js';
import { anyInteger } from '../../src/testing/index.js';
import { counterexample } from '../support/counterexample.js';

/** Cases for each rule; `scripts/mutate-requantizers.ts` asks for fewer. */
const CASES = Number(process.env['BITMAC_RULE_CASES'] ?? 2500);

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

function definition(rule: RequantizerRule, { acc, parameters, output }: RuleCase): bigint {
  return rule.code({ acc: BigInt(acc), parameters, output });
}

describe('the fast version of a rule equals its bigint code for any accumulator, parameters and grid', () => {
  it.each(named)('$name', ({ rule, stream }) => {
    const codes = new Set<number>();
    const property = fc.property(anyRuleCase(rule), (request) => {
      const observed = bindRule(rule.name, request.parameters, request.output)(request.acc);
      codes.add(observed);
      return BigInt(observed) === definition(rule, request);
    });
    expect(counterexample(property, CASES, stream)).toBe('');
    expect(codes.size, 'different codes').toBeGreaterThan(CASES / 20);
  });
});

describe('without zero point and clamp it equals the rounded value', () => {
  it.each(named)('$name', ({ rule, stream }) => {
    const property = fc.property(anyParameters(rule), anyInteger(rule.accumulator), (parameters, acc) => {
      const exact = requantize(acc, { kind: 'stack', rule: rule.name, channels: [parameters] }, 0);
      return agreesBelow2To53(bindRule(rule.name, parameters, UNBOUNDED)(acc), exact);
    });
    expect(counterexample(property, Math.ceil(CASES / 5), stream)).toBe('');
  });
});

describe('corners that samples hardly meet', () => {
  it.each<{
    why: string;
    rule: RuleName;
    acc: number;
    parameters: Parameters;
    zeroPoint?: number;
    code: number;
  }>([
    {
      why: 'the bit that CMSIS-NN adds to the largest int32 wraps',
      rule: 'cmsis-nn-s64',
      acc: 2 ** 31 - 1,
      parameters: { multiplier: 2 ** 30, leftShift: 0 },
      code: -(2 ** 30),
    },
    {
      why: 'Gemmini’s C model sends the tie 1.5 to 2, which is even',
      rule: 'gemmini-scale-c-model',
      acc: 3,
      parameters: { scale: 0.5 },
      code: 2,
    },
    {
      why: 'Gemmini’s C model sends the tie 2.5 to 2, which is even',
      rule: 'gemmini-scale-c-model',
      acc: 5,
      parameters: { scale: 0.5 },
      code: 2,
    },
    {
      why: 'the upper neighbour of 1 - 2^-24 in Gemmini’s C model is 2',
      rule: 'gemmini-scale-c-model',
      acc: 2 ** 24 - 1,
      parameters: { scale: 2 ** -24 },
      code: 2,
    },
    {
      why: 'the accumulator 2^24 + 1 is 2^24 in float32',
      rule: 'xnnpack-fp32',
      acc: 2 ** 24 + 1,
      parameters: { scale: 3 },
      code: 3 * 2 ** 24,
    },
    {
      why: 'the double below 1/2 is nearer to 0',
      rule: 'tflite-float64',
      acc: 1,
      parameters: { scale: 0.5 - 2 ** -54 },
      code: 0,
    },
    {
      why: 'three times the double below 1/6 is 1/2 as a double, and goes away from zero',
      rule: 'tflite-float64',
      acc: -3,
      parameters: { scale: 1 / 6 },
      code: -1,
    },
    {
      why: 'what int32 does not hold is the lowest int32 in TensorFlow Lite’s cast on x86',
      rule: 'tflite-float64',
      acc: 2 ** 29,
      parameters: { scale: 4 },
      code: -(2 ** 31),
    },
    {
      why: 'half of NVDLA’s product goes away from zero on both sides',
      rule: 'nvdla-sdp',
      acc: -2,
      parameters: { offset: 1, scale: 1, truncate: 1 },
      code: -2,
    },
    {
      why: 'TOSA’s second rounding begins beyond a shift of 31',
      rule: 'tosa-double',
      acc: 1,
      parameters: { multiplier: 2 ** 29, rightShift: 31 },
      code: 0,
    },
    {
      why: 'TOSA’s second rounding sends half of a negative value away from zero',
      rule: 'tosa-double',
      acc: -2,
      parameters: { multiplier: 2 ** 30, rightShift: 32 },
      code: -1,
    },
    {
      why: '1/2 beside the zero point 1 is 1.5 in ONNX’s reference evaluator, and goes to 2',
      rule: 'onnx-reference',
      acc: 1,
      parameters: { scale: 0.5 },
      zeroPoint: 1,
      code: 2,
    },
  ])('$why', ({ rule, acc, parameters, zeroPoint = 0, code }) => {
    const output = { zeroPoint, min: -(2 ** 31), max: 2 ** 31 - 1 };
    expect(bindRule(rule, parameters, output)(acc)).toBe(code);
    expect(definition(ruleOf(rule), { acc, parameters, output })).toBe(BigInt(code));
  });
});

describe('binding refuses', () => {
  const output = { zeroPoint: 0, min: -128, max: 127 };
  it.each([
    { what: 'a parameter out of range', parameters: { multiplier: 2 ** 31, leftShift: 0 }, output },
    { what: 'a parameter that is missing', parameters: { multiplier: 1 }, output },
    { what: 'a parameter of another rule', parameters: { multiplier: 1, leftShift: 0, scale: 1 }, output },
    {
      what: 'bounds outside int32',
      parameters: { multiplier: 1, leftShift: 0 },
      output: { ...output, max: 2 ** 31 },
    },
    {
      what: 'bounds upside down',
      parameters: { multiplier: 1, leftShift: 0 },
      output: { ...output, min: 128 },
    },
  ])('$what', ({ parameters, output: grid }) => {
    expect(() => bindRule('tflite-double', parameters as never, grid)).toThrow(InvariantError);
  });
});
