import fc from 'fast-check';
import type { RequantizerCase } from '../../arith/requantizers/rule.js';
import { answered } from '../case-text.js';
import { anyRequantizerCase } from '../cases.js';
import type { RequantizerContract, Subject } from '../contract.js';
import { smallCases } from '../small-cases.js';
import type { AnsweredCase, CheckOptions, PropertyOutcome, RequantizerProperty } from './property.js';

/** A property as a statement about the codes of one case, or of several that belong together. */
export interface Statement {
  readonly name: string;
  readonly sentence: string;
  /** Why it means nothing for a requantizer; null where it means something. */
  readonly excludes?: (contract: RequantizerContract) => string | null;
  /** The cases that belong to a drawn one; null where the drawn one says nothing. `step` is 1 or more. */
  readonly cases: (
    drawn: RequantizerCase,
    contract: RequantizerContract,
    step: bigint,
  ) => readonly RequantizerCase[] | null;
  /** Whether the codes, one a case, are as the sentence says. */
  readonly agrees: (
    codes: readonly bigint[],
    cases: readonly RequantizerCase[],
    contract: RequantizerContract,
  ) => boolean;
}

const DEFAULT_RUNS = 10_000;

/** Binds a statement to a requantizer. */
export function stated(statement: Statement, subject: Subject): RequantizerProperty {
  const { name, sentence } = statement;
  const why = statement.excludes?.(subject.contract) ?? null;
  if (why !== null) {
    return { name, sentence, property: null, check: () => ({ verdict: 'notApplicable', why }) };
  }
  const test = testOf(statement, subject);
  const drawn = fc.tuple(anyRequantizerCase(subject.contract, { insideContract: true }), anyStep());
  return {
    name,
    sentence,
    property: fc.property(drawn, ([request, step]) => {
      const refutation = test(request, step);
      if (refutation === 'silent' || refutation === null) return;
      throw new Error(`not ${name}: ${refutation.map(({ text }) => text).join('; ')}`);
    }),
    check: (options) => search(test, drawn, subject.contract, options),
  };
}

/** What a drawn case says: nothing; nothing against the statement (null); or the cases that refute it. */
type Test = (request: RequantizerCase, step: bigint) => 'silent' | null | readonly AnsweredCase[];

function testOf({ cases: casesOf, agrees }: Statement, { contract, code }: Subject): Test {
  return (request, step) => {
    const cases = casesOf(request, contract, step);
    if (cases === null || !cases.every((one) => contract.holds(one))) return 'silent';
    if (agrees(cases.map(code), cases, contract)) return null;
    return cases.map((one) => answered(one, { contract, code }));
  };
}

/** Distances to a second accumulator: the next one most of the time. */
function anyStep(): fc.Arbitrary<bigint> {
  return fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 2n ** 20n }));
}

/** Tries small cases, the smallest first; then draws cases, and shrinks one that refutes. */
function search(
  test: Test,
  drawn: fc.Arbitrary<[RequantizerCase, bigint]>,
  contract: RequantizerContract,
  { seed, runs = DEFAULT_RUNS }: CheckOptions = {},
): PropertyOutcome {
  let spoken = 0;
  const refutes = (request: RequantizerCase, step: bigint): boolean => {
    const refutation = test(request, step);
    if (refutation !== 'silent') spoken += 1;
    return refutation !== 'silent' && refutation !== null;
  };
  const refuted = (request: RequantizerCase, step: bigint): PropertyOutcome => {
    return { verdict: 'refuted', counterexample: test(request, step) as readonly AnsweredCase[] };
  };
  for (const request of smallCases(contract)) if (refutes(request, 1n)) return refuted(request, 1n);
  const { counterexample } = fc.check(
    fc.property(drawn, ([request, step]) => !refutes(request, step)),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  if (counterexample !== null) return refuted(...counterexample[0]);
  if (spoken === 0)
    return { verdict: 'notApplicable', why: 'no case within the contract says anything about it' };
  return { verdict: 'held', cases: spoken };
}
