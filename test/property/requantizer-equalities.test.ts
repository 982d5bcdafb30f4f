import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  REQUANTIZER_RULES,
  ruleOf,
  type Equality,
  type RequantizerCase,
  type RequantizerRule,
} from '../../src/arith/index.js';
import { anyRequantizerCase } from '../../src/testing/index.js';
import { anyRuleCase } from '../arbitraries/rule-cases.js';
import { counterexample } from '../support/counterexample.js';

const CASES = 3000;

/** Fewer cases of an equality that meet both contracts and its condition would prove little. */
const ENOUGH = 200;

/** Cases in which an offset or a width beside the factor is often the one that a plain factor has. */
function anyCase(rule: RequantizerRule): fc.Arbitrary<RequantizerCase> {
  const any = anyRuleCase(rule).map((drawn) => ({ ...drawn, acc: BigInt(drawn.acc) }));
  const drawn = fc.oneof(any, anyRequantizerCase(rule, { insideContract: true }));
  return fc.tuple(drawn, fc.boolean(), fc.boolean()).map(([request, isPlain, isPowerOfTwo]) => {
    const factor = rule.factor(request.parameters);
    const multiplier = isPowerOfTwo ? leadingBit(factor.multiplier) : factor.multiplier;
    const plain = rule.withFactor({ ...factor, multiplier });
    return isPlain && plain !== null ? { ...request, parameters: plain } : request;
  });
}

/** The power of two below a positive integer; others are left. */
const leadingBit = (value: bigint): bigint =>
  value > 0n ? 2n ** BigInt(value.toString(2).length - 1) : value;

/** The other rule's case of the same factor, where both contracts and the condition hold. */
function translated(rule: RequantizerRule, equality: Equality, request: RequantizerCase) {
  if (!rule.holds(request) || equality.holds?.(request) === false) return null;
  const factor = rule.factor(request.parameters);
  if (factor.multiplier < 0n) return null;
  const other = ruleOf(equality.rule);
  const parameters = other.withFactor(factor);
  if (parameters === null) return null;
  const same = { ...request, parameters };
  return other.holds(same) ? same : null;
}

const STATED = REQUANTIZER_RULES.flatMap((rule) =>
  rule.equalTo.map((equality) => ({ rule, equality, name: rule.name, other: equality.rule })),
).map((stated, stream) => ({ ...stated, stream }));

describe('rules that are said to be equal return the same codes', () => {
  it.each(STATED)('$name and $other', ({ rule, equality, other, stream }) => {
    const codes = new Set<bigint>();
    let compared = 0;
    const property = fc.property(anyCase(rule), (request) => {
      const same = translated(rule, equality, request);
      if (same === null) return true;
      const code = rule.code(request);
      compared += 1;
      codes.add(code);
      return code === ruleOf(other).code(same);
    });
    expect(counterexample(property, CASES, stream)).toBe('');
    expect({ enough: compared >= ENOUGH, different: codes.size >= 20 }).toEqual({
      enough: true,
      different: true,
    });
  });
});
