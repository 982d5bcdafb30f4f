import { didYouMean } from '../../core/did-you-mean.js';
import { UserError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { loadAccelerator } from '../../hw/load-accelerator.js';
import { comparisonCsv } from '../../report/comparison-csv.js';
import { comparisonJson } from '../../report/comparison-json.js';
import { renderComparison, renderComparisonSummary } from '../../report/comparison-text.js';
import type { Outcome } from '../../report/comparison.js';
import { renderHtmlReport } from '../../report/html/report.js';
import type { CompareArguments } from '../commands/compare.js';
import { AnswerIsNo } from '../exit-codes.js';
import type { Io } from '../io.js';
import { modelAccuracies } from '../model-accuracies.js';
import { networkSources, requireNetwork } from '../network-source.js';
import { outcomeOn, simulateOn } from '../simulate-on.js';
import { printedForm } from '../options/report-options.js';
import { searchSettingsFrom } from '../options/search-options.js';

/** `bitmac compare`: every model on every machine, side by side. */
export async function compareMachines(io: Io, args: CompareArguments): Promise<void> {
  const models = args.models ?? [];
  requireNetwork(models, args);
  if (args.hw.length < 2) {
    throw new UserError({
      place: '--hw',
      found: `${args.hw.length} machine`,
      expected: 'two or more',
      suggestion: 'use simulate for one machine',
    });
  }
  const form = printedForm(args);
  const settings = searchSettingsFrom(args);
  const hw = baselineFirst(args.hw, args.baseline);
  const machines: Accelerator[] = [];
  for (const name of hw) machines.push(await loadAccelerator(name));
  const sources = await networkSources(io, models, args);
  const accuracies = await modelAccuracies(io, sources, args);
  const outcomes: Outcome[] = [];
  for (const source of sources) {
    for (const machine of machines) {
      io.progress(`simulating ${source.label} on ${machine.name}`);
      outcomes.push(outcomeOn(source, machine, settings));
    }
  }
  io.progress('');
  const simulations = outcomes.map(({ result }) => result).filter((result) => result !== null);
  // Where nothing runs, the answer is the first refusal, as `simulate` words it.
  if (simulations.length === 0) simulateOn(sources[0]!, machines[0]!, hw[0]!, settings);
  const comparison = { outcomes, accuracies };
  if (args.html !== undefined) {
    await io.writeFile(args.html, renderHtmlReport({ title: 'Comparison', simulations, comparison }));
  }
  if (form === 'json') io.out(comparisonJson(comparison));
  else if (form === 'csv') io.out(comparisonCsv(comparison));
  else io.out(args.summary ? renderComparisonSummary(comparison) : renderComparison(comparison));
  if (simulations.length < outcomes.length) throw new AnswerIsNo();
}

function baselineFirst(hw: readonly string[], baseline: string | undefined): readonly string[] {
  if (baseline === undefined) return hw;
  const position = hw.indexOf(baseline);
  if (position >= 0) return [baseline, ...hw.filter((_, index) => index !== position)];
  const meant = didYouMean(baseline, hw);
  throw new UserError({
    place: '--baseline',
    found: `'${baseline}'`,
    expected: `one of ${hw.join(', ')}`,
    ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
  });
}
