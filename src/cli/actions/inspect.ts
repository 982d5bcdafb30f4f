import { namingFile, UserError } from '../../core/errors.js';
import { didYouMean } from '../../hw/config/did-you-mean.js';
import { acceleratorPresets, loadAccelerator } from '../../hw/load-accelerator.js';
import { isIntegerModel, refuseOtherFormats } from '../../importers/load-model.js';
import { readExternalBeside } from '../../importers/external-files.js';
import { readIntegerGraph } from '../../importers/integer-graph/read.js';
import { inspectOnnx } from '../../importers/onnx/inspect.js';
import { integerSummary } from '../integer-summary.js';
import { renderIntegerSummary } from '../../report/integer-summary-text.js';
import { inspectionJson, renderInspection } from '../../report/inspection-text.js';
import type { InspectArguments } from '../commands/inspect.js';
import type { Io } from '../io.js';
import { inputShapesFrom } from '../options/model-options.js';
import { machineJson, renderMachine } from '../../report/machine-text.js';

/** `bitmac inspect`: what is in a model or a machine. */
export async function inspectFile(io: Io, args: InspectArguments): Promise<void> {
  if (acceleratorPresets().includes(args.file) || /\.(ya?ml|json)$/i.test(args.file)) {
    const machine = await loadAccelerator(args.file);
    io.out(args.json ? machineJson(machine) : renderMachine(machine));
    return;
  }
  const bytes = await readModelFile(io, args.file);
  if (isIntegerModel(bytes)) {
    const graph = namingFile(args.file, () => readIntegerGraph(bytes));
    const summary = integerSummary(graph);
    io.out(args.json ? JSON.stringify(summary, null, 2) : renderIntegerSummary(args.file, summary));
    return;
  }
  namingFile(args.file, () => refuseOtherFormats(bytes));
  const inspection = inspectOnnx(bytes, {
    file: args.file,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(args.file),
  });
  io.out(args.json ? inspectionJson(inspection) : renderInspection(inspection));
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
