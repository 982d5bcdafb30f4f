import type { RequantizerCase, RequantizerRule } from '../arith/requantizers/rule.js';
import { assertNever } from '../core/errors.js';
import type { DutVerdict, Mismatch } from '../dut/check-dut.js';
import type { Failure } from '../dut/dut-process.js';
import { groupThousands } from './numbers.js';
import { printable, wrap } from './plain-text.js';
import { plural, section } from './sections.js';

export const DUT_CHECK_SCHEMA = 'bitmac-rounding-check/1';

/** A device under test held against a rule. */
export interface DutCheck {
  readonly rule: RequantizerRule;
  readonly command: string;
  readonly seed: number;
  /** As the person wrote it. */
  readonly timeout: string;
  readonly verdict: DutVerdict;
}

export function renderDutCheck(check: DutCheck): string {
  return [...wrap(headline(check)), ...evidence(check)].join('\n');
}

function headline({ rule, command, timeout, verdict }: DutCheck): string {
  switch (verdict.verdict) {
    case 'equal':
      return `${command}: equal to ${rule.name} in ${plural(verdict.cases, 'case')}`;
    case 'differs':
      return `${command}: differs from ${rule.name} in ${groupThousands(verdict.mismatches)} of ${plural(verdict.cases, 'case')}`;
    case 'failed':
      return `${command}: ${failureText(verdict.failure, timeout)} after ${plural(verdict.answered, 'answer')}`;
    default:
      return assertNever(verdict);
  }
}

function failureText(failure: Failure, timeout: string): string {
  switch (failure.kind) {
    case 'crashed':
      return failure.signal === null
        ? `crashed with exit code ${failure.exitCode}`
        : `crashed by ${failure.signal}`;
    case 'tooFew':
      return 'ended with too few answers';
    case 'hung':
      return `hung: nothing came for ${timeout}`;
    case 'unflushed':
      return 'answered only when its input ended: flush standard output where a batch ends (at an empty line)';
    case 'garbage':
      return `answered '${printable(failure.line)}', expected a decimal integer,`;
    case 'tooMany':
      return `wrote '${printable(failure.line)}', a line that no case asked for,`;
    default:
      return assertNever(failure);
  }
}

function evidence({ seed, verdict }: DutCheck): string[] {
  if (verdict.verdict === 'equal') return [];
  if (verdict.verdict === 'failed') {
    const { asked, errors } = verdict;
    const lines = errors === '' ? [] : errors.split('\n');
    return [
      ...section('Case to be answered', asked === null ? [] : wrap(asked.text, '  ')),
      ...section(
        'Standard error, its end',
        lines.flatMap((line) => wrap(line, '  ')),
      ),
    ];
  }
  return [
    ...section('Smallest case found', wrap(mismatchText(verdict.smallest), '  ')),
    ...(verdict.recurs
      ? []
      : wrap(
          'asked again, alone, it gets the expected code: the answer depends on the cases before it',
          '  ',
        )),
    ...section(
      'First ones',
      verdict.first.flatMap((mismatch) => wrap(mismatchText(mismatch), '- ')),
    ),
    '',
    ...wrap(`--seed ${seed} asks the same cases again`),
  ];
}

function mismatchText({ text, observed }: Mismatch): string {
  return `${text}, observed ${observed}`;
}

export function dutCheckJson({ rule, command, seed, verdict }: DutCheck): string {
  return JSON.stringify(
    { schema: DUT_CHECK_SCHEMA, rule: rule.name, command, seed, ...details(verdict) },
    null,
    2,
  );
}

function details(verdict: DutVerdict): object {
  switch (verdict.verdict) {
    case 'equal':
      return verdict;
    case 'differs':
      return {
        ...verdict,
        first: verdict.first.map(mismatchJson),
        smallest: mismatchJson(verdict.smallest),
      };
    case 'failed': {
      const { asked, ...rest } = verdict;
      return { ...rest, case: asked === null ? null : caseJson(asked.request) };
    }
    default:
      return assertNever(verdict);
  }
}

function mismatchJson({ request, expected, observed }: Mismatch): object {
  return { case: caseJson(request), expected: String(expected), observed: String(observed) };
}

/** Integers that a double may not hold are texts. */
function caseJson({ acc, parameters, output }: RequantizerCase): object {
  return { acc: String(acc), parameters, output };
}
