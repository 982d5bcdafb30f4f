import { UserError } from '../core/errors.js';
import { evaluate, type EvaluationRow } from '../engine/evaluate.js';
import { IntegerRunner } from '../engine/run.js';
import type { ModelAccuracy } from '../report/comparison.js';
import { openDataSet, type DataSet } from './data-set.js';
import type { Io } from './io.js';
import { labelsOfRows } from './labels.js';
import type { ModelSource } from './model-source.js';
import type { NetworkSource } from './network-source.js';
import type { AccuracyArguments } from './options/accuracy-options.js';
import { threadsFrom, type ThreadArguments } from './options/thread-options.js';
import type { ThreadCount } from '../threads/thread-count.js';

/** What one model is evaluated on. */
interface LabelledData {
  readonly data: readonly string[];
  readonly labels: string;
  readonly offset: string | undefined;
}

/**
 * How often each model answers right; empty where no data was given. Data and labels are of every model, or given once for
 * each model that has values, in order.
 */
export async function modelAccuracies(
  io: Io,
  sources: readonly NetworkSource[],
  args: AccuracyArguments & ThreadArguments,
): Promise<ReadonlyMap<string, ModelAccuracy>> {
  const accuracies = new Map<string, ModelAccuracy>();
  if (!asksForAccuracy(args)) return accuracies;
  const threads = threadsFrom(args);
  const models = sources.flatMap(({ label, model }) => (model === null ? [] : [{ label, model }]));
  if (models.length === 0) {
    refuse('--data', 'networks of which only the shapes are known', 'a model with values to evaluate');
  }
  for (const [index, { label, model }] of models.entries()) {
    const given = dataOf(args, index, models.length);
    const data = await openData(io, label, model, given, args, models.length);
    accuracies.set(label, await accuracyOf(io, label, model, data, given, threads));
  }
  io.progress('');
  return accuracies;
}

/** Whether data was given. Options about data that is not there are refused. */
function asksForAccuracy(
  args: AccuracyArguments,
): args is AccuracyArguments & Record<'data' | 'labels', string[]> {
  if (args.data !== undefined && args.labels !== undefined) return true;
  if (args.data !== undefined) refuse('--data', 'no --labels', 'the class number of each row');
  for (const option of ['labels', 'label-offset', 'rows'] as const) {
    if (args[option] !== undefined) refuse(`--${option}`, 'no --data', 'inputs to evaluate the models on');
  }
  return false;
}

function dataOf(
  args: Record<'data' | 'labels', readonly string[]> & AccuracyArguments,
  index: number,
  models: number,
): LabelledData {
  const isShared = args.labels.length === 1;
  return {
    data: isShared ? args.data : [oneOf('--data', args.data, index, models)],
    labels: oneOf('--labels', args.labels, index, models),
    offset: args['label-offset'] && oneOf('--label-offset', args['label-offset'], index, models),
  };
}

/** The value for a model: the only one, or its own. */
function oneOf(option: string, values: readonly string[], index: number, models: number): string {
  if (values.length === 1) return values[0]!;
  if (values.length === models) return values[index]!;
  return refuse(
    option,
    `${values.length} of them`,
    `one for all models, or ${models}: one for each, in order`,
  );
}

async function openData(
  io: Io,
  label: string,
  { integer, preprocessing }: ModelSource,
  { data }: LabelledData,
  { rows }: AccuracyArguments,
  models: number,
): Promise<DataSet> {
  try {
    return await openDataSet(io, integer, data, { option: '--rows', text: rows }, preprocessing);
  } catch (error) {
    if (!(error instanceof UserError) || models === 1) throw error;
    const { place, suggestion } = error.details;
    const apart = 'give --data and --labels once for each model, in order';
    throw new UserError({
      ...error.details,
      place: place === undefined ? `for ${label}` : `for ${label}: ${place}`,
      suggestion: suggestion === undefined ? apart : `${suggestion}, or ${apart}`,
    });
  }
}

async function accuracyOf(
  io: Io,
  label: string,
  { integer }: ModelSource,
  data: DataSet,
  { labels, offset }: LabelledData,
  threads: ThreadCount,
): Promise<ModelAccuracy> {
  const labelOf = await labelsOfRows(io, labels, offset, data.rowCount);
  function* rows(): Generator<EvaluationRow> {
    for (const row of data.rows) yield { inputs: data.inputs(row), label: labelOf(row) };
  }
  const result = evaluate(new IntegerRunner(integer), null, rows(), {
    threads,
    progress: (done) => io.progress(`evaluating ${label}: row ${done}/${data.rows.length}`),
  });
  return { rows: result.rows, top1Correct: result.integer!.top1Correct };
}

function refuse(place: string, found: string, expected: string): never {
  throw new UserError({ place, found, expected });
}
