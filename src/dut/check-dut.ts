import fc from 'fast-check';
import { dyadicText } from '../arith/dyadic.js';
import type { RequantizerCase, RequantizerRule } from '../arith/requantizers/rule.js';
import { UserError } from '../core/errors.js';
import { caseText, exactCode } from '../testing/case-text.js';
import { anyRequantizerCase, type CaseOptions } from '../testing/cases.js';
import { smallCases } from '../testing/small-cases.js';
import { DutProcess, type Failure } from './dut-process.js';
import { caseLine, headerLine } from './protocol.js';
import { shrink } from './shrink.js';

export interface DutCheckOptions extends CaseOptions {
  /** A command line for the shell. */
  readonly command: string;
  /** Cases drawn after the small ones, which are always asked first. */
  readonly runs: number;
  /** Cases a batch. */
  readonly batch: number;
  readonly seed: number;
  /** How long nothing may come before a DUT counts as hung. */
  readonly timeoutMilliseconds: number;
}

/** A case with everything that is known of it on one line: inputs, exact value, expected code. */
export interface AskedCase {
  readonly request: RequantizerCase;
  readonly text: string;
}

/** A case that the DUT got wrong. */
export interface Mismatch extends AskedCase {
  readonly expected: bigint;
  readonly observed: bigint;
}

export type DutVerdict =
  | { readonly verdict: 'equal'; readonly cases: number }
  | {
      readonly verdict: 'differs';
      readonly cases: number;
      readonly mismatches: number;
      /** The first ones, in the order asked. */
      readonly first: readonly Mismatch[];
      readonly smallest: Mismatch;
    }
  | {
      readonly verdict: 'failed';
      readonly failure: Failure;
      /** Cases answered before. */
      readonly answered: number;
      /** The case that was to be answered; null after the last one. */
      readonly asked: AskedCase | null;
      /** The end of what the DUT wrote to standard error. */
      readonly errors: string;
    };

const SHOWN_MISMATCHES = 5;
const MOST_DRAWS_FOR_ONE_CASE = 2000;

/**
 * Asks a DUT for the codes of many cases of a rule and compares them: small cases first, then drawn ones, corners favoured. A
 * mismatch among the small ones is the smallest there is; of drawn ones fast-check shrinks the first.
 *
 * @throws UserError where the command cannot be run, or where no case is left to ask.
 */
export async function checkDut(
  rule: RequantizerRule,
  options: DutCheckOptions,
  progress: (asked: number, of: number) => void,
): Promise<DutVerdict> {
  const arbitrary = casesOf(rule, options);
  const small = options.fixed === undefined ? [...smallCases(rule)] : [];
  const cases = [...small, ...fc.sample(arbitrary, { numRuns: options.runs, seed: options.seed })];
  const dut = start(rule, options);
  const mismatches: Mismatch[] = [];
  let firstIsSmall = false;
  try {
    for (let from = 0; from < cases.length; from += options.batch) {
      progress(from, cases.length);
      const batch = cases.slice(from, from + options.batch);
      const outcome = await dut.ask(batch.map((request) => caseLine(request, rule.parameters)));
      if (outcome.kind !== 'answers') {
        if (from === 0 && outcome.answered === 0 && dut.couldNotStart) throw cannotStart(options, dut);
        const answered = from + outcome.answered;
        const next = cases[answered];
        const asked = next === undefined ? null : askedCase(next, rule);
        return { verdict: 'failed', failure: outcome, answered, asked, errors: dut.errors };
      }
      outcome.codes.forEach((observed, k) => {
        const expected = rule.code(batch[k]!);
        if (observed === expected) return;
        if (mismatches.length === 0) firstIsSmall = from + k < small.length;
        mismatches.push({ ...askedCase(batch[k]!, rule), expected, observed });
      });
    }
    const failure = await dut.close();
    if (failure !== null) {
      return { verdict: 'failed', failure, answered: cases.length, asked: null, errors: dut.errors };
    }
  } finally {
    dut.kill();
  }
  const [first] = mismatches;
  if (first === undefined) return { verdict: 'equal', cases: cases.length };
  return {
    verdict: 'differs',
    cases: cases.length,
    mismatches: mismatches.length,
    first: mismatches.slice(0, SHOWN_MISMATCHES),
    smallest: firstIsSmall ? first : await smallestFrom(first, rule, options),
  };
}

function askedCase(request: RequantizerCase, rule: RequantizerRule): AskedCase {
  const exact = dyadicText(exactCode(request, rule));
  return { request, text: `${caseText(request, rule)}: exact ${exact}, expected ${rule.code(request)}` };
}

function start(rule: RequantizerRule, { command, timeoutMilliseconds }: DutCheckOptions): DutProcess {
  return new DutProcess(command, headerLine(rule), timeoutMilliseconds);
}

function cannotStart({ command }: DutCheckOptions, dut: DutProcess): UserError {
  return new UserError({
    place: '--dut',
    found: `a command that cannot be run: ${command}${dut.errors === '' ? '' : ` (${dut.errors})`}`,
    expected: 'a command line for the shell',
    suggestion: 'check the path, and quote the whole command',
  });
}

function casesOf(rule: RequantizerRule, options: DutCheckOptions): fc.Arbitrary<RequantizerCase> {
  const anywhere = anyRequantizerCase(rule, { ...options, insideContract: false });
  const tried = fc.sample(anywhere, { numRuns: MOST_DRAWS_FOR_ONE_CASE, seed: options.seed });
  if (options.insideContract && !tried.some((request) => rule.holds(request))) {
    throw new UserError({
      place: 'command line',
      found: `no case that meets the contract of ${rule.name} with the values given`,
      expected: rule.contract,
      suggestion: 'give other values, or --outside-contract',
    });
  }
  return anyRequantizerCase(rule, options);
}

/** Asks smaller and smaller cases, each in a batch of its own, from a mismatch on. */
async function smallestFrom(
  found: Mismatch,
  rule: RequantizerRule,
  options: DutCheckOptions,
): Promise<Mismatch> {
  let smallest = found;
  let dut = start(rule, options);
  const fails = async (request: RequantizerCase): Promise<boolean> => {
    const outcome = await dut.ask([caseLine(request, rule.parameters)]);
    if (outcome.kind !== 'answers') {
      dut.kill();
      dut = start(rule, options); // another failure than the one that is made small
      return false;
    }
    const [observed] = outcome.codes;
    const expected = rule.code(request);
    if (observed === expected) return false;
    smallest = { ...askedCase(request, rule), expected, observed: observed! };
    return true;
  };
  try {
    await shrink(found.request, rule, options, fails);
  } finally {
    dut.kill();
  }
  return smallest;
}
