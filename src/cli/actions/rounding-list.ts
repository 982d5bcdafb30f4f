import { REQUANTIZER_RULES } from '../../arith/requantizers/registry.js';
import { UserError } from '../../core/errors.js';
import { renderRuleList, ruleListCsv, ruleListJson } from '../../report/rounding-list.js';
import { tieCodes } from '../../testing/ties.js';
import type { RoundingListArguments } from '../commands/rounding-list.js';
import type { Io } from '../io.js';
import { printedForm } from '../options/report-options.js';

/** `bitmac rounding`: every requantizer there is. */
export async function listRules(io: Io, args: RoundingListArguments): Promise<void> {
  const form = printedForm(args);
  const wanted = args.stack?.toLowerCase() ?? '';
  const rules = REQUANTIZER_RULES.filter(({ stack }) => stack.toLowerCase().includes(wanted));
  if (rules.length === 0) {
    const stacks = new Set(REQUANTIZER_RULES.map(({ stack }) => stack));
    throw new UserError({
      place: '--stack',
      found: `'${args.stack}'`,
      expected: `part of ${[...stacks].join(', ')}`,
    });
  }
  const listed = rules.map((rule) => ({ rule, ties: tieCodes(rule) }));
  if (form === 'json') io.out(ruleListJson(listed));
  else io.out(form === 'csv' ? ruleListCsv(listed) : renderRuleList(listed, args));
}
