import { INT32, maxOf, minOf } from '../../arith/int-format.js';
import type { OutputGrid, RequantizerRule } from '../../arith/requantizers/rule.js';
import { UserError } from '../../core/errors.js';
import { checkDut } from '../../dut/check-dut.js';
import { groupThousands } from '../../report/numbers.js';
import { dutCheckJson, renderDutCheck } from '../../report/rounding-check.js';
import type { FixedValues } from '../../testing/cases.js';
import type { RoundingCheckArguments } from '../commands/rounding-check.js';
import { AnswerIsNo } from '../exit-codes.js';
import type { Io } from '../io.js';
import { durationMilliseconds } from '../options/duration.js';
import { someParameters } from '../options/rule-parameters.js';
import { samplingFrom } from '../options/sampling-options.js';
import { wholeNumber } from '../options/whole-number.js';
import { namedRule } from '../rule-names.js';

const USUAL_RUNS = 10_000;
const MOST_CASES_A_BATCH = 100_000;

/** `bitmac rounding check`: whether somebody's own implementation returns the codes of a rule. */
export async function checkDevice(io: Io, args: RoundingCheckArguments): Promise<void> {
  const rule = namedRule(args.rule);
  const sampling = samplingFrom(args, USUAL_RUNS);
  const fixed = fixedFrom(rule, args);
  const verdict = await checkDut(
    rule,
    {
      ...sampling,
      command: args.dut,
      batch: wholeNumber(args.batch, '--batch', 1, MOST_CASES_A_BATCH),
      timeoutMilliseconds: durationMilliseconds(args.timeout, '--timeout'),
      insideContract: !args['outside-contract'],
      ...(fixed === null ? {} : { fixed }),
    },
    (asked) => io.progress(`asked ${groupThousands(asked)} cases`),
  );
  io.progress('');
  const check = { rule, command: args.dut, seed: sampling.seed, timeout: args.timeout, verdict };
  io.out(args.json ? dutCheckJson(check) : renderDutCheck(check));
  if (verdict.verdict !== 'equal') throw new AnswerIsNo();
}

/** What the command line fixes; null where that is nothing. */
function fixedFrom(rule: RequantizerRule, args: RoundingCheckArguments): FixedValues | null {
  const output = {
    ...fixedNumber('zeroPoint', '--zero-point', args['zero-point']),
    ...fixedNumber('min', '--min', args.min),
    ...fixedNumber('max', '--max', args.max),
  };
  if ((output.min ?? -Infinity) > (output.max ?? Infinity)) {
    throw new UserError({ place: '--min', found: `${output.min}`, expected: `at most --max, ${output.max}` });
  }
  const parameters = args.param === undefined ? {} : someParameters(rule, args.param);
  return Object.keys({ ...output, ...parameters }).length === 0 ? null : { parameters, output };
}

function fixedNumber(name: keyof OutputGrid, option: string, text: string | undefined): Partial<OutputGrid> {
  return text === undefined ? {} : { [name]: wholeNumber(text, option, minOf(INT32), maxOf(INT32)) };
}
