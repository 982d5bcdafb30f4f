import { UserError } from '../../core/errors.js';
import { diffModels, type DiffRow } from '../../engine/diff/diff.js';
import { modelSide } from '../../engine/diff/side.js';
import {
  NO_PREPROCESSING,
  preprocessingFromText,
  type Preprocessing,
} from '../../importers/dataset/preprocessing.js';
import type { FloatGraph, IntGraph } from '../../ir/graph.js';
import { diffJson } from '../../report/diff-json.js';
import { diffCsv, renderDiff } from '../../report/diff-text.js';
import { counterpart, type Counterpart } from '../against.js';
import type { DiffArguments } from '../commands/diff.js';
import { openDataSet, type DataSet } from '../data-set.js';
import { AnswerIsNo } from '../exit-codes.js';
import type { Io } from '../io.js';
import { labelsOfRows } from '../labels.js';
import { loadModelFile } from '../model-source.js';
import { preprocessingFrom } from '../options/data-options.js';
import { printedForm } from '../options/report-options.js';

/** `bitmac diff`: where a model departs from what it is held against. */
export async function diffAgainst(io: Io, args: DiffArguments): Promise<void> {
  const form = printedForm(args);
  const graph = await loadModelFile(io, args.model, args);
  const other = await counterpart(io, graph, args);
  const preprocessing = preprocessingFrom(args, knownPreprocessing(graph, other));
  const rowRange = { option: '--rows', text: args.rows };
  const data = await openDataSet(io, graph, args.input, rowRange, preprocessing);
  const rows = comparedRows(data, other, args);
  const labelOf = await labelsOfRows(io, args.labels, args['label-offset'], data.rowCount);

  function* drawn(): Generator<DiffRow> {
    for (const row of rows) {
      const first = data.inputs(row);
      yield { row, inputs: { first, second: other.inputs(first) }, label: labelOf(row) };
    }
  }
  const result = diffModels(modelSide(graph), other.side, drawn(), (done) =>
    io.progress(`comparing row ${done}/${rows.length}`),
  );
  io.progress('');
  const diff = {
    model: args.model,
    semantics: graph.metadata['semantics'] ?? null,
    against: other.name,
    againstSemantics: other.graph?.metadata['semantics'] ?? null,
    ...result,
  };
  io.out({ text: renderDiff, json: diffJson, csv: diffCsv }[form](diff));
  if (!result.equal) throw new AnswerIsNo();
}

/** What either model remembers of its data. */
function knownPreprocessing(graph: FloatGraph | IntGraph, { graph: other }: Counterpart): Preprocessing {
  const texts = [graph, other].map((each) => each?.metadata['preprocessing'] ?? '');
  const known = texts.map(preprocessingFromText).find((each) => each !== null);
  return known ?? NO_PREPROCESSING;
}

/** The rows asked for; where none were, those that were recorded. */
function comparedRows(
  { rows, rowCount }: DataSet,
  { name, recordedRowCount }: Counterpart,
  args: DiffArguments,
): readonly number[] {
  if (recordedRowCount === null) return rows;
  const isWhole = args.rows === undefined;
  const needed = isWhole ? recordedRowCount : Math.max(...rows) + 1;
  const available = isWhole ? rowCount : recordedRowCount;
  if (needed <= available) return isWhole ? rows.slice(0, recordedRowCount) : rows;
  if (isWhole) {
    throw new UserError({
      file: name,
      found: `${recordedRowCount} rows`,
      expected: `at most ${rowCount}, as many as the data has`,
    });
  }
  throw new UserError({
    place: '--rows',
    found: `'${args.rows}'`,
    expected: `rows within 0:${recordedRowCount}, those recorded in ${name}`,
  });
}
