import { UserError } from '../../core/errors.js';
import { fastestKernels } from '../../kernels/integer-kernels.js';
import { AccumulatorSimulation } from '../../engine/accumulators.js';
import { evaluate, type EvaluationRow } from '../../engine/evaluate.js';
import { FloatRunner, IntegerRunner } from '../../engine/run.js';
import type { AccumulatorFormat } from '../../arith/accumulator.js';
import type { Graph, IntGraph } from '../../ir/graph.js';
import { evaluationCsv, evaluationJson, renderEvaluation } from '../../report/evaluation-text.js';
import { shapeText } from '../../tensor/shape.js';
import type { EvaluateArguments } from '../commands/evaluate.js';
import { outsideShape } from '../../importers/dataset/input-rows.js';
import { openDataSet } from '../data-set.js';
import type { Io } from '../io.js';
import { labelsOfRows } from '../labels.js';
import { integerModel, loadModelFile, type ModelSource } from '../model-source.js';
import { accumulatorFormatFrom } from '../options/accumulator-options.js';
import { threadsFrom } from '../options/thread-options.js';
import { printedForm } from '../options/report-options.js';

/** `bitmac evaluate`: float beside integer on labelled rows. */
export async function evaluateModel(io: Io, args: EvaluateArguments): Promise<void> {
  const form = printedForm(args);
  const format = accumulatorFormatFrom(args);
  const threads = threadsFrom(args);
  const { integer, float, preprocessing } = await modelsOf(io, args);
  if (args.labels === undefined && float === null) {
    throw new UserError({
      place: 'command line',
      found: 'an integer model and neither --labels nor --float',
      expected: 'something to hold the answers against',
    });
  }
  const data = await openDataSet(
    io,
    integer,
    args.data,
    { option: '--rows', text: args.rows },
    preprocessing,
  );
  const labelOf = await labelsOfRows(io, args.labels, args['label-offset'], data.rowCount);

  function* rows(): Generator<EvaluationRow> {
    for (const row of data.rows) {
      yield { inputs: data.inputs(row), label: labelOf(row) };
    }
  }
  const { runner, simulation } = simulating(integer, format);
  const result = evaluate(runner, float === null ? null : new FloatRunner(float), rows(), {
    threads,
    progress: (done) => io.progress(`evaluating row ${done}/${data.rows.length}`),
  });
  io.progress('');
  const evaluation = { model: args.model, ...result, accumulators: simulation?.effect() ?? null };
  const render = { text: renderEvaluation, json: evaluationJson, csv: evaluationCsv }[form];
  io.out(render(evaluation));
}

/** A model with simulated accumulators where the format that was named needs them: then in one thread. */
function simulating(
  integer: IntGraph,
  format: AccumulatorFormat | null,
): { runner: IntegerRunner; simulation: AccumulatorSimulation | null } {
  if (format === null) return { runner: new IntegerRunner(integer), simulation: null };
  const { kernels, store } = fastestKernels();
  const simulation = new AccumulatorSimulation(integer, format, { kernels });
  const runner = simulation.isNeeded
    ? new IntegerRunner(integer, simulation.kernels, store)
    : new IntegerRunner(integer);
  return { runner, simulation };
}

/** The integer model, and the float one it came from: of the same command line, or named by `--float`. */
async function modelsOf(io: Io, args: EvaluateArguments): Promise<ModelSource> {
  if (args.float === undefined) return integerModel(io, args.model, args);
  const source = await integerModel(io, args.model, { ...args, 'input-shape': undefined });
  const float = await loadModelFile(io, args.float, args);
  const refuse = (found: string, expected: string): never => {
    throw new UserError({ file: args.float!, place: '--float', found, expected });
  };
  if (source.float !== null) refuse('a second float model', `none beside ${args.model}, which is one`);
  if (float.dialect !== 'float') return refuse('an integer model', 'a float model');
  if (inputsText(float) !== inputsText(source.integer)) {
    refuse(`inputs of ${inputsText(float)}`, `${inputsText(source.integer)}, as of ${args.model}`);
  }
  return { ...source, float };
}

function inputsText(graph: Graph): string {
  return graph.inputs.map((port) => shapeText(outsideShape(graph, port))).join(' and ');
}
