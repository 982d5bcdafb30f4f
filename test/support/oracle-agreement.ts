import fc from 'fast-check';
import type { RequantizerCase, RequantizerRule } from '../../src/arith/index.js';
import { anyRequantizerCase } from '../../src/testing/index.js';
import { anyRuleCase } from '../arbitraries/rule-cases.js';
import { oracleCode } from '../oracle/requantizers/index.js';
import { counterexample } from './counterexample.js';

/** What a comparison of a rule with the oracle found, and what it looked at. */
export interface OracleAgreement {
  /** The smallest case that differs, or ''. */
  readonly difference: string;
  readonly inside: number;
  /** Outside the rule's contract. */
  readonly outside: number;
  /** Strictly between the bounds of the clamp. */
  readonly unclamped: number;
  readonly differentCodes: number;
}

/** Cases of any contract, corners and ties favoured, and as many within it. */
function anyCase(rule: RequantizerRule): fc.Arbitrary<RequantizerCase> {
  const any = anyRuleCase(rule).map((drawn) => ({ ...drawn, acc: BigInt(drawn.acc) }));
  return fc.oneof(any, anyRequantizerCase(rule, { insideContract: true }));
}

export function agreementWithOracle(rule: RequantizerRule, cases: number, stream: number): OracleAgreement {
  const codes = new Set<bigint>();
  let [inside, outside, unclamped] = [0, 0, 0];
  const property = fc.property(anyCase(rule), (request) => {
    const code = rule.code(request);
    codes.add(code);
    if (rule.holds(request)) inside += 1;
    else outside += 1;
    if (code > BigInt(request.output.min) && code < BigInt(request.output.max)) unclamped += 1;
    return code === oracleCode(rule.name, request);
  });
  const difference = counterexample(property, cases, stream);
  return { difference, inside, outside, unclamped, differentCodes: codes.size };
}
