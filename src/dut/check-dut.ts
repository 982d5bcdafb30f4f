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
      /** Whether the first one is wrong again when it is asked alone: else the answer depends on the cases before it. */
      readonly recurs: boolean;
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
/** Cases drawn at once: what is held in memory does not grow with the runs. */
const DRAWN_AT_ONCE = 1000;

/**
 * Asks a DUT for the codes of many cases of a rule and compares them: small cases first, then drawn ones, corners favoured. A
 * mismatch among the small ones is the smallest there is; of drawn ones fast-check shrinks the first.
 *
 * @throws UserError where the command cannot be run, or where no case is left to ask.
 */
export async function checkDut(
  rule: RequantizerRule,
  options: DutCheckOptions,
  progress: (asked: number) => void,
): Promise<DutVerdict> {
  const small = options.fixed === undefined ? [...smallCases(rule)] : [];
  const drawn = drawnCases(anyCase(rule, options), options);
  const dut = start(rule, options);
  const first: Mismatch[] = [];
  let [cases, mismatches, firstIsSmall] = [0, 0, false];
  try {
    for (const batch of inBatches(small, drawn, options.batch)) {
      progress(cases);
      const outcome = await dut.ask(batch.map((request) => caseLine(request, rule.parameters)));
      if (outcome.kind !== 'answers') {
        if (cases + outcome.answered === 0 && dut.couldNotStart) throw cannotStart(options, dut);
        const next = batch[outcome.answered];
        const asked = next === undefined ? null : askedCase(next, rule);
        const answered = cases + outcome.answered;
        return { verdict: 'failed', failure: outcome, answered, asked, errors: dut.errors };
      }
      for (const [k, request] of batch.entries()) {
        const [expected, observed] = [rule.code(request), outcome.codes[k]!];
        if (observed === expected) continue;
        if (mismatches === 0) firstIsSmall = cases + k < small.length;
        mismatches += 1;
        if (first.length < SHOWN_MISMATCHES) first.push({ ...askedCase(request, rule), expected, observed });
      }
      cases += batch.length;
    }
    const failure = await dut.close();
    if (failure !== null) {
      return { verdict: 'failed', failure, answered: cases, asked: null, errors: dut.errors };
    }
  } finally {
    dut.kill();
  }
  const [found] = first;
  if (found === undefined) return { verdict: 'equal', cases };
  return {
    verdict: 'differs',
    cases,
    mismatches,
    first,
    ...(await askedAgain(found, firstIsSmall, rule, options)),
  };
}

/** The drawn cases, some at a time. The same seed draws the same ones, whatever the batches. */
function* drawnCases(
  arbitrary: fc.Arbitrary<RequantizerCase>,
  { runs, seed }: DutCheckOptions,
): Generator<RequantizerCase> {
  for (let from = 0; from < runs; from += DRAWN_AT_ONCE) {
    const numRuns = Math.min(DRAWN_AT_ONCE, runs - from);
    yield* fc.sample(arbitrary, { numRuns, seed: (Math.imul(seed, 0x9e3779b1) + from) | 0 });
  }
}

function* inBatches(
  small: readonly RequantizerCase[],
  drawn: Iterable<RequantizerCase>,
  size: number,
): Generator<readonly RequantizerCase[]> {
  let batch = [...small];
  for (; batch.length >= size; batch = batch.slice(size)) yield batch.slice(0, size);
  for (const request of drawn) {
    batch.push(request);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
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

function anyCase(rule: RequantizerRule, options: DutCheckOptions): fc.Arbitrary<RequantizerCase> {
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

/** Asks a mismatch again in a batch of its own, and from there smaller and smaller cases. */
async function askedAgain(
  found: Mismatch,
  isSmall: boolean,
  rule: RequantizerRule,
  options: DutCheckOptions,
): Promise<{ readonly smallest: Mismatch; readonly recurs: boolean }> {
  let smallest = found;
  let recurs = false;
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
    recurs = await fails(found.request);
    if (recurs && !isSmall) await shrink(found.request, rule, options, fails);
  } finally {
    dut.kill();
  }
  return { smallest, recurs };
}
