import { basename } from 'node:path';
import { processIo, type Io } from '../src/cli/io.js';
import { loadModelFile, type SourceArguments } from '../src/cli/model-source.js';
import { networkSources } from '../src/cli/network-source.js';
import type { ShapeArguments } from '../src/cli/options/shape-options.js';
import { outcomeOn } from '../src/cli/simulate-on.js';
import { UserError } from '../src/core/errors.js';
import { acceleratorPresets, loadAccelerator } from '../src/hw/load-accelerator.js';
import { figureTables } from '../src/report/comparison-summary.js';
import { machineLetter } from '../src/report/comparison-tables.js';
import { compareByModel, type Comparison, type Outcome } from '../src/report/comparison.js';
import { arrayName } from '../src/report/machine.js';
import { groupThousands, rate } from '../src/report/numbers.js';
import { sharedFiles } from '../test/support/shared.js';
import { code, markdownTable } from './markdown.js';

/** Tables of docs/reference/model-machine-matrix.md, by the name of their markers. */
export type Tables = ReadonlyMap<string, string>;

const QUIET: Io = { ...processIo(), note: () => {}, progress: () => {} };

/** `--data-free`, and no other option. */
const DATA_FREE = { 'data-free': true } as SourceArguments & ShapeArguments;

/** Networks of the shared folder, without the tests of single operators. */
export function matrixModels(): string[] {
  const files = ['.onnx', '.tflite'].flatMap((ending) => sharedFiles(ending, 'models'));
  return files.filter((file) => !file.includes('onnx-node-tests')).sort();
}

/** Why bitmac does not read a model; null where it does. */
async function unreadable(file: string): Promise<string | null> {
  try {
    await loadModelFile(QUIET, file, DATA_FREE);
    return null;
  } catch (error) {
    if (error instanceof UserError) return `found ${error.details.found}`;
    throw error;
  }
}

/** What \`bitmac compare <models> --data-free --hw <every preset>\` compares. */
export async function presetComparison(
  files: readonly string[],
  progress: (text: string) => void,
): Promise<Comparison> {
  const machines = await Promise.all(acceleratorPresets().map(loadAccelerator));
  const outcomes: Outcome[] = [];
  for (const source of await networkSources(QUIET, files, DATA_FREE)) {
    for (const machine of machines) {
      progress(`${source.label} on ${machine.name}`);
      outcomes.push(outcomeOn(source, machine));
    }
  }
  return { outcomes, accuracies: new Map() };
}

/** Takes many minutes. */
export async function matrixTables(progress: (text: string) => void): Promise<Tables> {
  const files = matrixModels();
  const reasons = new Map<string, string>();
  for (const file of files) {
    const reason = await unreadable(file);
    if (reason !== null) reasons.set(file, reason);
  }
  const comparison = await presetComparison(
    files.filter((file) => !reasons.has(file)),
    progress,
  );
  return new Map([
    ['machines', machineTable(comparison)],
    ['networks', networkTable(comparison)],
    ...figureMarkdown(comparison),
    ['refused', refusedTable(comparison, reasons)],
  ]);
}

/** A table for each figure, by its name in small letters. */
export function figureMarkdown(comparison: Comparison): (readonly [string, string])[] {
  return figureTables(compareByModel(comparison)).map(({ title, table: { columns, rows, totals } }) => [
    title.toLowerCase(),
    markdownTable(
      columns.map(({ header }) => header.join(' ')),
      [...rows, totals!],
      'right',
    ),
  ]);
}

function machineTable({ outcomes }: Comparison): string {
  const [{ model }] = outcomes as readonly [Outcome, ...Outcome[]];
  const machines = outcomes.filter((outcome) => outcome.model === model);
  const rows = machines.map(({ accelerator }, machine) => [
    machineLetter(machine),
    code(accelerator.name),
    arrayName(accelerator),
    rate(accelerator.clockHertz, 'Hz'),
  ]);
  return markdownTable(['', 'preset', 'array', 'clock'], rows);
}

function networkTable(comparison: Comparison): string {
  const rows = compareByModel(comparison).map(({ model, results, layers }) => [
    basename(model),
    groupThousands(layers.length),
    groupThousands(results[0]?.totals.macs ?? 0),
    String(results[0]?.layers.filter(({ placement }) => placement === 'host').length ?? 0),
  ]);
  return markdownTable(['model', 'layers', 'MACs', 'of the layers, on the host'], rows, 'right');
}

function refusedTable({ outcomes }: Comparison, reasons: ReadonlyMap<string, string>): string {
  const pairs = outcomes.flatMap(({ model, accelerator, refusal }) =>
    refusal === null ? [] : [[basename(model), accelerator.name, refusal]],
  );
  const unread = [...reasons].map(([file, reason]) => [basename(file), 'any', reason]);
  return markdownTable(['model', 'machine', 'reason'], [...unread, ...pairs]);
}
