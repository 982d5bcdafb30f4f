import { renderRule, ruleJson } from '../../report/rounding-rule.js';
import type { RoundingShowArguments } from '../commands/rounding-show.js';
import type { Io } from '../io.js';
import { namedRule } from '../rule-names.js';

/** `bitmac rounding show`: one requantizer in full. */
export async function showRule(io: Io, args: RoundingShowArguments): Promise<void> {
  const rule = namedRule(args.rule);
  io.out(args.json ? ruleJson(rule) : renderRule(rule));
}
