/**
 * Writes the tables on already quantized models: `npm run tables:models`, into docs/reference/quantized-models.md and README.md. Needs
 * the shared models and data (`BITMAC_SHARED`, default `../shared`); takes a quarter of an hour. `-- traces first` writes these tables only.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulate } from '../src/engine/simulate.js';
import { loadAccelerator } from '../src/hw/load-accelerator.js';
import { energy, groupThousands } from '../src/report/numbers.js';
import {
  compareWithRecorded,
  compareWithTrace,
  importQuantized,
  QDQ_MODELS,
  QOPERATOR_MODELS,
  TFLITE_MODELS,
  type QuantizedModel,
  type RecordedComparison,
} from '../test/support/recorded-runs.js';
import { ranked } from '../src/engine/evaluate.js';
import { readSharedArray } from '../test/support/models.js';
import { firstDifferences } from '../test/support/first-differences.js';
import { softmaxDifferences } from '../test/support/softmax-differences.js';
import { markdownTable, withTable } from './markdown.js';

const PAGE = fileURLToPath(new URL('../docs/reference/quantized-models.md', import.meta.url));
const README = fileURLToPath(new URL('../README.md', import.meta.url));
const MACHINES = ['whitepaper-16x16', 'systolic-16x16-ws'] as const;

/** A recorded run beside ours. */
interface Run extends RecordedComparison {
  readonly model: string;
  readonly data: string;
  /** What was recorded: a semantics, or how much ONNX Runtime optimized. */
  readonly semantics: string;
  /** Right answers of the runtime; null where rows have no labels. */
  readonly theirs: number | null;
}

function runsOf(models: readonly QuantizedModel[]): Run[] {
  return models.flatMap((model) =>
    model.sets.flatMap((set) =>
      Object.keys(set.outputs).map((semantics) => {
        const comparison = compareWithRecorded(model, set, semantics);
        const data = dataName(set.data);
        const theirs = set.correct[semantics] ?? null;
        console.error(model.name, data, semantics, comparison);
        return { ...comparison, model: model.name, data, semantics, theirs };
      }),
    ),
  );
}

const dataName = (file: string): string => basename(file).replace(/\.npy(\.gz)?$/, '');

const answers = (count: number | null): string => (count === null ? '' : groupThousands(count));

function codesTable(runs: readonly Run[], semantics: string): string {
  const rows = runs.map((run) => [
    run.model,
    run.data,
    run.semantics,
    groupThousands(run.rows),
    groupThousands(run.values),
    groupThousands(run.differing),
    run.theirs === null ? '' : answers(run.correct),
    answers(run.theirs),
  ]);
  const header = ['model', 'data', semantics, 'rows', 'values', 'differing', 'right', 'recorded: right'];
  return markdownTable(header, rows, 'right');
}

function realsTable(runs: readonly Run[]): string {
  const rows = runs.map((run) => [
    run.model,
    run.data,
    run.semantics,
    groupThousands(run.rows),
    groupThousands(run.values),
    groupThousands(run.differing),
    Number.isInteger(run.largest) ? String(run.largest) : run.largest.toPrecision(2),
    String(run.flips),
    run.theirs === null ? '' : answers(run.correct),
    answers(run.theirs),
  ]);
  const columns = ['rows', 'values', 'differing', 'largest', 'flips', 'right', 'recorded: right'];
  return markdownTable(['model', 'data', 'recorded', ...columns], rows, 'right');
}

function tracesTable(): string {
  const rows = TFLITE_MODELS.filter(({ trace }) => trace !== null).map((model) => {
    const { tensors, values, differing } = compareWithTrace(model);
    return [model.name, String(tensors), groupThousands(values), groupThousands(differing)];
  });
  return markdownTable(['model', 'tensors', 'values', 'differing'], rows, 'right');
}

/** Models whose softmax is on the host: what differs before it. */
function softmaxTable(): string {
  const rows = [...QOPERATOR_MODELS, ...QDQ_MODELS].flatMap((model) =>
    model.sets.flatMap((set) =>
      Object.keys(set.outputs).flatMap((semantics) => {
        const found = softmaxDifferences(model, set, semantics);
        if (found === null) return [];
        const counts = [found.byCodes, found.lastBits, found.unexplained].map(groupThousands);
        return [[model.name, dataName(set.data), semantics, ...counts]];
      }),
    ),
  );
  const columns = ['other codes', 'same codes, last bits', 'same codes, more than that'];
  return markdownTable(['model', 'data', 'recorded', ...columns], rows, 'right');
}

/** What ONNX Runtime recorded with its optimizations beside what it recorded without. */
function itselfTable(): string {
  const rows = QDQ_MODELS.map((model) => {
    const { outputs } = model.sets[0]!;
    const [a, b] = ['optimized', 'as written'].map((run) => readSharedArray(`models/${outputs[run]!}`));
    const [first, second] = [Array.from(a!.data, Number), Array.from(b!.data, Number)];
    const width = first.length / a!.shape[0]!;
    const differing = first.filter((x, i) => x !== second[i]).length;
    const largest = first.reduce((most, x, i) => Math.max(most, Math.abs(x - second[i]!)), 0);
    const bestOf = (values: readonly number[], row: number): number =>
      ranked(Float32Array.from(values.slice(row * width, (row + 1) * width)), 1)[0]!;
    const flips = Array.from({ length: a!.shape[0]! }, (_, row) => row).filter(
      (row) => bestOf(first, row) !== bestOf(second, row),
    ).length;
    return [
      model.name,
      groupThousands(first.length),
      groupThousands(differing),
      largest.toPrecision(2),
      String(flips),
    ];
  });
  return markdownTable(['model', 'values', 'differing', 'largest, as real numbers', 'flips'], rows, 'right');
}

async function machinesTable(): Promise<string> {
  const machines = await Promise.all(MACHINES.map(loadAccelerator));
  const rows = [...TFLITE_MODELS, ...QOPERATOR_MODELS, ...QDQ_MODELS].map((model) => {
    const graph = importQuantized(model, 'tflite-reference');
    const totals = machines.map((machine) => simulate(graph, machine).totals);
    const host = graph.nodes.filter(({ op }) => op === 'float').length;
    const figures = totals.flatMap((total) => [groupThousands(total.cycles), energy(total.energyPicojoules)]);
    console.error(model.name, ...figures);
    return [model.name, groupThousands(totals[0]!.macs), String(host), ...figures];
  });
  const columns = MACHINES.flatMap((name) => [`${name}: cycles`, 'energy']);
  return markdownTable(['model', 'MACs', 'host nodes', ...columns], rows, 'right');
}

/** All sets of one runtime together, a line each. */
function summary(lines: Readonly<Record<string, readonly Run[]>>): string {
  const rows = Object.entries(lines).map(([name, runs]) => {
    const sum = (of: (run: Run) => number): string =>
      groupThousands(runs.reduce((total, run) => total + of(run), 0));
    const models = new Set(runs.map(({ model }) => model)).size;
    return [
      name,
      String(models),
      sum((run) => run.rows),
      sum((run) => run.values),
      sum((run) => run.differing),
      sum((run) => run.flips),
    ];
  });
  return markdownTable(['against', 'models', 'rows', 'values', 'differing', 'flips'], rows, 'right');
}

const recordedAs = (runs: readonly Run[], semantics: string): readonly Run[] =>
  runs.filter((run) => run.semantics === semantics);

/** QDQ models and how many rows of each are held tensor by tensor to ONNX Runtime. */
const FIRST_DIFFERENCES: readonly (readonly [string, number])[] = [
  ['mnist-8_qdq_s8s8', 300],
  ['resnet20_qdq_u8u8', 100],
  ['resnet20_qdq_s8s8_pc', 100],
  ['resnet8_qdq_int8', 100],
  ['mobilenetv1_qdq_int8', 100],
  ['squeezenet_qdq_s8s8_pc', 8],
];

async function firstTable(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, count] of FIRST_DIFFERENCES) {
    const model = QDQ_MODELS.find((each) => each.name === name)!;
    const found = await firstDifferences(model, count);
    console.error(name, found);
    rows.push([
      name,
      String(found.rows),
      String(found.differingRows),
      String(found.codes),
      String(found.largest),
      found.farthestFromTie.toFixed(6),
    ]);
  }
  const columns = ['rows', 'rows that differ', 'codes that differ first', 'by at most', 'steps from a tie'];
  return markdownTable(['model', ...columns], rows, 'right');
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};
const tflite = once(() => runsOf(TFLITE_MODELS));
const qoperator = once(() => runsOf(QOPERATOR_MODELS));
const qdq = once(() => runsOf(QDQ_MODELS));

function summaryTable(): string {
  return summary({
    'TFLite, `tflite-reference`': recordedAs(tflite(), 'tflite-reference'),
    'TFLite, `tflite-xnnpack`': recordedAs(tflite(), 'tflite-xnnpack'),
    'ONNX QOperator': qoperator(),
    'ONNX QDQ, optimized': recordedAs(qdq(), 'optimized'),
    'ONNX QDQ, as written': recordedAs(qdq(), 'as written'),
  });
}

/** Each table's page and how it is made. */
const TABLES: Readonly<Record<string, readonly [string, () => string | Promise<string>]>> = {
  traces: [PAGE, tracesTable],
  machines: [PAGE, machinesTable],
  first: [PAGE, firstTable],
  itself: [PAGE, itselfTable],
  tflite: [PAGE, () => codesTable(tflite(), 'semantics')],
  qoperator: [PAGE, () => codesTable(qoperator(), 'recorded')],
  qdq: [PAGE, () => realsTable(qdq())],
  softmax: [PAGE, softmaxTable],
  quantized: [README, summaryTable],
};

const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : Object.keys(TABLES)) {
  const [page, make] = TABLES[name]!;
  const table = await make();
  await writeFile(page, withTable(readFileSync(page, 'utf8'), name, table));
}
