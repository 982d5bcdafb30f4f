import { fractionText } from '../../arith/dyadic.js';
import { decomposeFloat } from '../../arith/float-bits.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import type { Factor, OutputGrid, Parameters, RequantizerRule } from '../../arith/requantizers/rule.js';
import { UserError } from '../../core/errors.js';
import { renderRoundingTable, roundingTableCsv, roundingTableJson } from '../../report/rounding-table.js';
import { express } from '../../testing/express.js';
import { tabulate } from '../../testing/tabulate.js';
import type { RoundingTableArguments } from '../commands/rounding-table.js';
import type { Io } from '../io.js';
import { ruleParameters } from '../options/rule-parameters.js';
import { printedForm } from '../options/report-options.js';
import { wholeNumber } from '../options/whole-number.js';
import { namedRule } from '../rule-names.js';

const MOST_ROWS = 100_000;

/** `bitmac rounding table`: codes of consecutive accumulators, a column a rule. */
export async function tabulateRules(io: Io, args: RoundingTableArguments): Promise<void> {
  const form = printedForm(args);
  const rules = args.rules.map(namedRule);
  const accumulators = accumulatorsFrom(args, rules);
  const columns = rules.map((rule) => {
    const output = outputOf(rule, args['zero-point']);
    const parameters =
      args.param === undefined
        ? parametersFor(rule, factorFrom(args), accumulators, output)
        : ruleParameters(rule, args.param);
    return tabulate(rule, parameters, output, accumulators);
  });
  const render = { text: renderRoundingTable, json: roundingTableJson, csv: roundingTableCsv }[form];
  io.out(render(columns));
}

/** Consecutive accumulators that every rule has. */
function accumulatorsFrom(args: RoundingTableArguments, rules: readonly RequantizerRule[]): bigint[] {
  const least = Math.max(...rules.map(({ accumulator }) => minOf(accumulator)));
  const most = Math.min(...rules.map(({ accumulator }) => maxOf(accumulator)));
  const from = wholeNumber(args.from, '--from', least, most);
  const to = wholeNumber(args.to, '--to', from, Math.min(from + MOST_ROWS - 1, most));
  return Array.from({ length: to - from + 1 }, (_, index) => BigInt(from + index));
}

/** The factor that every rule is to have. */
function factorFrom({ shift, multiplier, scale }: RoundingTableArguments): Factor {
  if (scale !== undefined) {
    const float = Math.fround(Number(scale));
    if (shift !== undefined || multiplier !== undefined || !(float > 0 && float < Infinity)) {
      throw new UserError({ place: '--scale', found: `'${scale}'`, expected: 'a positive number, alone' });
    }
    const { mantissa, exponent } = decomposeFloat(float, 24);
    return { multiplier: mantissa, rightShift: -exponent };
  }
  if (shift === undefined) {
    throw new UserError({
      place: 'command line',
      found: 'no factor',
      expected: '--shift, --multiplier and --shift, --scale or --param',
    });
  }
  return {
    multiplier: BigInt(wholeNumber(multiplier ?? '1', '--multiplier', 0, 2 ** 31)),
    rightShift: wholeNumber(shift, '--shift', -31, 62),
  };
}

function parametersFor(
  rule: RequantizerRule,
  factor: Factor,
  accumulators: readonly bigint[],
  output: OutputGrid,
): Parameters {
  const parameters = express(rule, factor, [accumulators[0]!, accumulators.at(-1)!], output);
  if (parameters !== null) return parameters;
  const text = fractionText({ numerator: factor.multiplier, shift: factor.rightShift });
  throw new UserError({
    place: rule.name,
    found: `no parameters of factor ${text} within its contract`,
    suggestion: `see 'bitmac rounding show ${rule.name}', or give --param`,
  });
}

/** All codes of the rule's format about the zero point asked for. */
function outputOf(rule: RequantizerRule, zeroPoint: string): OutputGrid {
  const [min, max] = [minOf(rule.codes), maxOf(rule.codes)];
  const code = wholeNumber(zeroPoint, '--zero-point', min, max);
  if (code !== 0 && rule.zeroPoint === 'none') {
    throw new UserError({ place: '--zero-point', found: `${code}`, expected: `0: ${rule.name} has none` });
  }
  return { zeroPoint: code, min, max };
}
