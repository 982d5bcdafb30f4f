import { UserError } from '../../core/errors.js';
import { evaluate, type EvaluationRow } from '../../engine/evaluate.js';
import { FloatRunner, IntegerRunner } from '../../engine/run.js';
import type { FloatGraph } from '../../ir/graph.js';
import { evaluationJson, renderEvaluation } from '../../report/evaluation-text.js';
import type { EvaluateArguments } from '../commands/evaluate.js';
import { openDataSet, readLabels } from '../data-set.js';
import type { Io } from '../io.js';
import { integerModel, loadModelFile } from '../model-source.js';
import { recipeFrom } from '../options/recipe-options.js';

/** `bitmac evaluate`: float beside integer on labelled rows. */
export async function evaluateModel(io: Io, args: EvaluateArguments): Promise<void> {
  const source = await integerModel(io, args.model, args, recipeFrom(args));
  const float = args.float === undefined ? source.float : await floatModel(io, args.float, args);
  const data = await openDataSet(
    io,
    source.integer,
    args.data,
    { option: '--rows', text: args.rows },
    source.preprocessing,
  );
  const labels = args.labels === undefined ? null : await readLabels(io, args.labels);
  const last = data.rows.at(-1)!;
  if (labels !== null && labels.length <= last) {
    throw new UserError({
      file: args.labels!,
      found: `${labels.length} labels`,
      expected: `one for every row up to ${last}`,
    });
  }

  function* rows(): Generator<EvaluationRow> {
    for (const row of data.rows) {
      yield { inputs: data.inputs(row), label: labels === null ? null : labels[row]! + args['label-offset'] };
    }
  }
  const result = evaluate(
    new IntegerRunner(source.integer),
    float === null ? null : new FloatRunner(float),
    rows(),
    (done) => io.progress(`evaluating row ${done}/${data.rows.length}`),
  );
  io.progress('');
  const evaluation = { model: args.model, ...result };
  io.out(args.json ? evaluationJson(evaluation) : renderEvaluation(evaluation));
}

async function floatModel(io: Io, path: string, args: EvaluateArguments): Promise<FloatGraph> {
  const graph = await loadModelFile(io, path, args);
  if (graph.dialect === 'float') return graph;
  throw new UserError({
    file: path,
    found: 'an integer graph',
    expected: 'a float ONNX model',
    suggestion: 'see --float',
  });
}
