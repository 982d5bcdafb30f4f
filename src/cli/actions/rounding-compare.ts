import { UserError } from '../../core/errors.js';
import {
  comparisonOfRulesCsv,
  comparisonOfRulesJson,
  renderComparison,
} from '../../report/rounding-comparison.js';
import { compareRequantizers } from '../../testing/compare/comparison.js';
import type { RoundingCompareArguments } from '../commands/rounding-compare.js';
import { AnswerIsNo } from '../exit-codes.js';
import type { Io } from '../io.js';
import { printedForm } from '../options/report-options.js';
import { samplingFrom } from '../options/sampling-options.js';
import { namedRule } from '../rule-names.js';

const USUAL_RUNS = 1_000_000;
const USUAL_CORNERS = 100_000;

/** `bitmac rounding compare`: how often two requantizers disagree, and where. */
export async function compareRules(io: Io, args: RoundingCompareArguments): Promise<void> {
  const form = printedForm(args);
  const pair = { a: namedRule(args.a), b: namedRule(args.b) };
  const { corners } = args;
  const { runs, seed } = samplingFrom(args, corners ? USUAL_CORNERS : USUAL_RUNS);
  const comparison = compareRequantizers(pair, { runs, seed, corners });
  if (comparison === null) {
    throw new UserError({
      place: 'command line',
      found: `no factor that ${args.a} and ${args.b} both take`,
      expected: 'two requantizers with a factor in common',
      suggestion: `see 'bitmac rounding show' for their parameters`,
    });
  }
  if (form === 'json') io.out(comparisonOfRulesJson(comparison, { seed, corners }));
  else
    io.out(
      form === 'csv' ? comparisonOfRulesCsv(comparison) : renderComparison(comparison, { seed, corners }),
    );
  if (args['expect-equal'] && (comparison.disagreements > 0 || comparison.smallest !== null))
    throw new AnswerIsNo();
}
