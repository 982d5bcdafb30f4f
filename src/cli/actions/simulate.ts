import { UserError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { loadAccelerator } from '../../hw/load-accelerator.js';
import { energyReport } from '../../report/energy-report.js';
import { energyReportJson } from '../../report/energy-report-json.js';
import { renderEnergyReport } from '../../report/energy-report-text.js';
import { simulationCsv } from '../../report/simulation-csv.js';
import { simulationJson } from '../../report/simulation-json.js';
import { renderSimulation } from '../../report/simulation-text.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SimulateArguments } from '../commands/simulate.js';
import { checkEngineOptions } from '../engine-options.js';
import { memoryUse, type Io } from '../io.js';
import type { ModelSource } from '../model-source.js';
import { networkSources, requireNetwork } from '../network-source.js';
import { printedForm } from '../options/report-options.js';
import { searchSettingsFrom } from '../options/search-options.js';
import { wholeNumber } from '../options/whole-number.js';
import type { RecordedRun } from '../recorded-run.js';
import { simulateOn } from '../simulate-on.js';

/** `bitmac simulate`: one model on one machine. */
export async function simulateModel(io: Io, args: SimulateArguments): Promise<void> {
  const models = args.model === undefined ? [] : [args.model];
  requireNetwork(models, args);
  for (const option of ['output', 'row'] as const) {
    if (args[option] === undefined || args.input !== undefined) continue;
    throw new UserError({
      place: `--${option}`,
      found: 'no --input',
      expected: 'data to compute the outputs of',
    });
  }
  const form = printedForm(args);
  const settings = searchSettingsFrom(args);
  checkEnergyOptions(args);
  checkExplainOptions(args);
  checkEngineOptions(args);
  const accelerator = await loadAccelerator(args.hw);
  const [source, ...others] = await networkSources(io, models, args);
  if (source === undefined || others.length > 0) {
    throw new UserError({
      place: 'command line',
      found: 'several networks',
      expected: 'one model or one table of shapes',
      suggestion: 'use compare for several',
    });
  }
  const { model } = source;
  if (model === null && args.input !== undefined) {
    throw new UserError({
      place: '--input',
      found: 'a network of which only the shapes are known',
      expected: 'a model with values to compute outputs with',
    });
  }
  const inputs =
    model === null || args.input === undefined ? null : await inputsOf(io, model, args, args.input);
  if (args.engine === 'lockstep') {
    const { printLockstep } = await import('../engines.js');
    printLockstep(io, source, accelerator, settings, { inputs: inputs!, hw: args.hw, form });
    return;
  }
  const run = inputs === null ? null : await runRecorded(model!, accelerator, inputs);
  const options = { ...settings, operands: run?.operands };
  const byFormula = simulateOn(source, accelerator, args.hw, options);
  const registers =
    args.engine === 'registers'
      ? (await import('../engines.js')).onRegisters(io, source, accelerator, settings, inputs!)
      : null;
  const plan = registers?.plan;
  const outputs = (registers?.outputs ?? run)?.codes ?? null;
  const result =
    plan === undefined ? byFormula : simulateOn(source, accelerator, args.hw, { ...options, plan });

  if ([args.output, args.html, args.listing, args.trace].some((path) => path !== undefined)) {
    const { writeSimulationFiles } = await import('../simulation-files.js');
    const planned = { ...settings, plan };
    await writeSimulationFiles(io, args, { source, accelerator, planned, result, outputs });
  }

  if (args.explain) {
    const { printExplanation } = await import('../print-explanation.js');
    printExplanation(io, source, accelerator, settings, { layer: args.layer, form });
  } else if (args['energy-report']) {
    const report = energyReport(result, { perLayer: args['per-layer'] });
    io.out(form === 'json' ? energyReportJson(report) : renderEnergyReport(report));
  } else if (form === 'json') io.out(simulationJson(result, memoryUse(io)));
  else if (form === 'csv') io.out(simulationCsv(result));
  else {
    io.out(renderSimulation(result));
    if (model !== null && outputs !== null) {
      const { describeOutputs } = await import('../outputs.js');
      io.out(`\nOutputs of row ${args.row ?? 0}\n${describeOutputs(model.integer, outputs)}`);
    }
  }
}

function checkEnergyOptions(args: SimulateArguments): void {
  if (args['per-layer'] && !args['energy-report']) {
    throw new UserError({
      place: '--per-layer',
      found: 'no --energy-report',
      expected: 'a report to put layers in',
    });
  }
  if (args['energy-report'] && args.csv) {
    throw new UserError({ place: '--energy-report', found: '--csv', expected: 'text or --json' });
  }
}

function checkExplainOptions(args: SimulateArguments): void {
  if (args.layer !== undefined && !args.explain) {
    throw new UserError({
      place: '--layer',
      found: 'no --explain',
      expected: 'an explanation to take one layer of',
    });
  }
  if (args.explain && (args.csv || args['energy-report'])) {
    throw new UserError({
      place: '--explain',
      found: args.csv ? '--csv' : '--energy-report',
      expected: 'text or --json, and one report',
    });
  }
}

async function inputsOf(
  io: Io,
  source: ModelSource,
  args: SimulateArguments,
  input: readonly string[],
): Promise<readonly Tensor[]> {
  const { openDataSet } = await import('../data-set.js');
  const data = await openDataSet(
    io,
    source.integer,
    input,
    { option: '--rows', text: undefined },
    source.preprocessing,
  );
  const row = wholeNumber(args.row ?? '0', '--row', 0, data.rows.length - 1);
  return data.inputs(row);
}

async function runRecorded(
  { integer }: ModelSource,
  accelerator: Accelerator,
  inputs: readonly Tensor[],
): Promise<RecordedRun> {
  const { recordedRun } = await import('../recorded-run.js');
  return recordedRun(integer, accelerator, inputs);
}
