import { didYouMean } from '../../core/did-you-mean.js';
import { UserError } from '../../core/errors.js';
import type { SimulationResult } from '../../engine/result.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { loadAccelerator } from '../../hw/load-accelerator.js';
import { comparisonCsv } from '../../report/comparison-csv.js';
import { comparisonJson } from '../../report/comparison-json.js';
import { renderComparison } from '../../report/comparison-text.js';
import { renderHtmlReport } from '../../report/html/report.js';
import type { CompareArguments } from '../commands/compare.js';
import type { Io } from '../io.js';
import { networkSources, requireNetwork } from '../network-source.js';
import { simulateOn } from '../simulate-on.js';
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
  const results: SimulationResult[] = [];
  for (const source of sources) {
    for (const [column, machine] of machines.entries()) {
      io.progress(`simulating ${source.label} on ${machine.name}`);
      results.push(simulateOn(source, machine, hw[column]!, settings));
    }
  }
  io.progress('');
  if (args.html !== undefined) {
    await io.writeFile(args.html, renderHtmlReport({ title: 'Comparison', simulations: results }));
  }
  if (form === 'json') io.out(comparisonJson(results));
  else if (form === 'csv') io.out(comparisonCsv(results));
  else io.out(renderComparison(results));
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
