import { acceleratorPresets, loadAccelerator } from '../../hw/load-accelerator.js';
import { isIntegerModel } from '../../importers/load-model.js';
import { readExternalBeside } from '../../importers/external-files.js';
import { readIntegerGraph } from '../../importers/integer-graph/read.js';
import { naming } from '../../importers/onnx/import.js';
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
  if (acceleratorPresets().includes(args.file) || /\.(ya?ml|json)$/.test(args.file)) {
    const machine = await loadAccelerator(args.file);
    io.out(args.json ? machineJson(machine) : renderMachine(machine));
    return;
  }
  const bytes = await io.readFile(args.file);
  if (isIntegerModel(bytes)) {
    const graph = naming(args.file, () => readIntegerGraph(bytes));
    const summary = integerSummary(graph);
    io.out(args.json ? JSON.stringify(summary, null, 2) : renderIntegerSummary(args.file, summary));
    return;
  }
  const inspection = inspectOnnx(bytes, {
    file: args.file,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(args.file),
  });
  io.out(args.json ? inspectionJson(inspection) : renderInspection(inspection));
}
