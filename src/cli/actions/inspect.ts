import { UserError } from '../../core/errors.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { layerAccumulators } from '../../engine/accumulators.js';
import { acceleratorPresets, loadAccelerator } from '../../hw/load-accelerator.js';
import { importModel } from '../../importers/import-model.js';
import { modelFormat } from '../../importers/model-format.js';
import type { FloatGraph, IntGraph } from '../../ir/graph.js';
import { readExternalBeside } from '../../importers/external-files.js';
import { inspectOnnx } from '../../importers/onnx/inspect.js';
import { graphSummary } from '../graph-summary.js';
import { accumulatorsCsv, accumulatorsJson, renderAccumulatorNeeds } from '../../report/accumulators-text.js';
import { graphSummaryCsv, graphSummaryJson, renderGraphSummary } from '../../report/graph-summary-text.js';
import { inspectionCsv, inspectionJson, renderInspection } from '../../report/inspection-text.js';
import type { InspectArguments } from '../commands/inspect.js';
import type { Io } from '../io.js';
import { integerModel } from '../model-source.js';
import { inputShapesFrom, modelOptions, semanticsOptions } from '../options/model-options.js';
import { printedForm } from '../options/report-options.js';
import { sourceOptions } from '../options/source-options.js';
import { machineJson, renderMachine } from '../../report/machine-text.js';

/** `bitmac inspect`: what is in a model or a machine. */
export async function inspectFile(io: Io, args: InspectArguments): Promise<void> {
  const form = printedForm(args);
  if (args.accumulators) {
    await inspectAccumulators(io, args, form);
    return;
  }
  refuseQuantizing(args);
  if (acceleratorPresets().includes(args.file) || /\.(ya?ml|json)$/i.test(args.file)) {
    if (form === 'csv') throw new UserError({ place: '--csv', found: 'a machine', expected: 'a model' });
    const machine = await loadAccelerator(args.file);
    io.out(form === 'json' ? machineJson(machine) : renderMachine(machine));
    return;
  }
  const bytes = await readModelFile(io, args.file);
  const imported = await importedModel(bytes, args);
  if (imported !== null) {
    const summary = graphSummary(imported);
    if (form === 'text') io.out(renderGraphSummary(args.file, summary));
    else io.out(form === 'json' ? graphSummaryJson(summary) : graphSummaryCsv(summary));
    return;
  }
  const inspection = inspectOnnx(bytes, {
    file: args.file,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(args.file),
  });
  const render = { text: renderInspection, json: inspectionJson, csv: inspectionCsv }[form];
  io.out(render(inspection));
}

/** A model whose operators are shown as bitmac holds them; null for ONNX, whose own are shown unless semantics are named. */
async function importedModel(
  bytes: Uint8Array,
  args: InspectArguments,
): Promise<FloatGraph | IntGraph | null> {
  if (modelFormat(bytes) === 'onnx' && args.semantics === undefined) return null;
  return importModel(bytes, {
    file: args.file,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(args.file),
    semantics: args.semantics,
  });
}

/** What every layer of an integer model, or of a float one that is quantized first, asks of its accumulators. */
async function inspectAccumulators(
  io: Io,
  args: InspectArguments,
  form: ReturnType<typeof printedForm>,
): Promise<void> {
  const { integer } = await integerModel(io, args.file, args);
  const layers = layerAccumulators(integer).map((layer) => ({ ...layer, measured: null }));
  const render = { text: renderAccumulatorNeeds, json: accumulatorsJson, csv: accumulatorsCsv }[form];
  io.out(render({ model: args.file, format: null, layers }));
}

/** Options that would have no effect. */
function refuseQuantizing(args: InspectArguments): void {
  const names = Object.keys(sourceOptions) as (keyof typeof sourceOptions)[];
  const known = { ...modelOptions, ...semanticsOptions };
  const unused = names.filter((name) => !(name in known) && args[name] !== undefined);
  if (unused.length === 0) return;
  throw new UserError({
    place: 'command line',
    found: `${unused.map((name) => `--${name}`).join(', ')} without --accumulators`,
    expected: 'such options only where a float model is quantized',
  });
}

/** The file's bytes. What is no file may be the name of a machine, misspelt. */
async function readModelFile(io: Io, file: string): Promise<Uint8Array> {
  try {
    return await io.readFile(file);
  } catch (error) {
    const meant = didYouMean(file, acceleratorPresets());
    if (!(error instanceof UserError) || meant === null) throw error;
    throw new UserError({ ...error.details, suggestion: `did you mean the machine '${meant}'?` });
  }
}
