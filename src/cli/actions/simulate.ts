import { UserError } from '../../core/errors.js';
import { OperandRecorder } from '../../engine/recorded-operands.js';
import { IntegerRunner } from '../../engine/run.js';
import { programListing } from '../../engine/listing.js';
import { programTrace } from '../../engine/trace.js';
import { countsValues } from '../../engine/value-counts.js';
import { writeNpy } from '../../formats/npy.js';
import type { PlainArray } from '../../formats/elements.js';
import { loadAccelerator } from '../../hw/load-accelerator.js';
import { renderHtmlReport } from '../../report/html/report.js';
import { energyReport } from '../../report/energy-report.js';
import { energyReportJson } from '../../report/energy-report-json.js';
import { renderEnergyReport } from '../../report/energy-report-text.js';
import { explanationJson } from '../../report/explanation-json.js';
import { renderExplanation } from '../../report/explanation-text.js';
import { simulationCsv } from '../../report/simulation-csv.js';
import { simulationJson } from '../../report/simulation-json.js';
import { renderSimulation } from '../../report/simulation-text.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SimulateArguments } from '../commands/simulate.js';
import { openDataSet } from '../data-set.js';
import { checkEngineOptions, onRegisters, printLockstep } from '../engines.js';
import { explainOn } from '../explain-on.js';
import { memoryUse, type Io } from '../io.js';
import type { ModelSource } from '../model-source.js';
import { networkSources, requireNetwork } from '../network-source.js';
import { printedForm } from '../options/report-options.js';
import { searchSettingsFrom } from '../options/search-options.js';
import { wholeNumber } from '../options/whole-number.js';
import { simulateOn } from '../simulate-on.js';
import { describeOutputs } from '../outputs.js';

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
  const { model, label } = source;
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
    printLockstep(io, source, accelerator, settings, { inputs: inputs!, hw: args.hw, form });
    return;
  }
  const recorder = inputs === null || !countsValues(accelerator) ? null : new OperandRecorder(model!.integer);
  const run = inputs === null ? null : new IntegerRunner(model!.integer).run(inputs, recorder?.observe);
  const options = { ...settings, operands: recorder?.arrayNodes() };
  const byFormula = simulateOn(source, accelerator, args.hw, options);
  const registers =
    args.engine === 'registers' ? onRegisters(io, source, accelerator, settings, inputs!) : null;
  const plan = registers?.plan;
  const outputs = (registers?.outputs ?? run)?.codes ?? null;
  const result =
    plan === undefined ? byFormula : simulateOn(source, accelerator, args.hw, { ...options, plan });

  if (args.output !== undefined) await io.writeFile(args.output, writeNpy(outputs![0] as PlainArray));
  if (args.html !== undefined) {
    await io.writeFile(args.html, renderHtmlReport({ title: label, simulations: [result] }));
  }
  if (args.listing !== undefined)
    await io.writeFile(args.listing, programListing(source.network, accelerator, { ...settings, plan }));
  if (args.trace !== undefined)
    await io.writeFile(
      args.trace,
      programTrace({ ...source.network, name: label }, accelerator, { ...settings, plan }),
    );

  if (args.explain) {
    const explanation = explainOn(source, accelerator, settings, args.layer);
    io.out(form === 'json' ? explanationJson(explanation) : renderExplanation(explanation));
  } else if (args['energy-report']) {
    const report = energyReport(result, { perLayer: args['per-layer'] });
    io.out(form === 'json' ? energyReportJson(report) : renderEnergyReport(report));
  } else if (form === 'json') io.out(simulationJson(result, memoryUse(io)));
  else if (form === 'csv') io.out(simulationCsv(result));
  else {
    io.out(renderSimulation(result));
    if (model !== null && outputs !== null)
      io.out(`\nOutputs of row ${args.row ?? 0}\n${describeOutputs(model.integer, outputs)}`);
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
