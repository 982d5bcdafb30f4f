import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../../core/package-folder.js';
import { evaluate, type EvaluationRow } from '../../engine/evaluate.js';
import { FloatRunner, IntegerRunner } from '../../engine/run.js';
import { simulate } from '../../engine/simulate.js';
import { loadAccelerator } from '../../hw/load-accelerator.js';
import { NO_PREPROCESSING } from '../../importers/dataset/preprocessing.js';
import { DEFAULT_RECIPE } from '../../ptq/recipe.js';
import { renderEvaluation } from '../../report/evaluation-text.js';
import { renderHtmlReport } from '../../report/html/report.js';
import { simulationJson } from '../../report/simulation-json.js';
import { renderSimulation } from '../../report/simulation-text.js';
import type { DemoArguments } from '../commands/demo.js';
import { openDataSet, readLabels } from '../data-set.js';
import type { Io } from '../io.js';
import { loadModelFile } from '../model-source.js';
import { quantizeFloat } from '../quantize-float.js';

const EXAMPLE = fileURLToPath(new URL('examples/digits/', PACKAGE_FOLDER));
const MODEL = `${EXAMPLE}digits.onnx`;
const DATA = `${EXAMPLE}digits.npz`;
const HTML_REPORT = 'demo-report.html';
const JSON_REPORT = 'demo-report.json';

/** `bitmac demo`: the main job on the bundled model, machine and data, start to finish. */
export async function runDemo(io: Io, { hw }: DemoArguments): Promise<void> {
  const accelerator = await loadAccelerator(hw);
  const model = await loadModelFile(io, MODEL, { 'input-shape': undefined });
  if (model.dialect !== 'float') throw new TypeError('the bundled model is a float model');
  const preprocessing = { ...NO_PREPROCESSING, divide: 255 };
  const calibration = {
    calibration: [`${DATA}#calibration_images`],
    'calibration-rows': undefined,
    encodings: undefined,
    'data-free': false,
  };
  const { graph } = await quantizeFloat(io, MODEL, model, calibration, preprocessing, DEFAULT_RECIPE);

  const data = await openDataSet(
    io,
    graph,
    [`${DATA}#test_images`],
    { option: '--rows', text: undefined },
    preprocessing,
  );
  const labels = await readLabels(io, `${DATA}#test_labels`);
  function* rows(): Generator<EvaluationRow> {
    for (const row of data.rows) yield { inputs: data.inputs(row), label: labels[row]! };
  }
  const counted = evaluate(new IntegerRunner(graph), new FloatRunner(model), rows(), {
    threads: 'auto',
    progress: (done) => io.progress(`evaluating row ${done}/${data.rows.length}`),
  });
  io.progress('');
  const evaluation = { model: 'digits.onnx', ...counted, accumulators: null };
  const simulation = { ...simulate(graph, accelerator), model: 'digits.onnx' };

  const html = renderHtmlReport({
    title: 'bitmac demo: drawn digits',
    simulations: [simulation],
    evaluation,
  });
  await io.writeFile(HTML_REPORT, html);
  await io.writeFile(JSON_REPORT, simulationJson(simulation));
  io.out(renderEvaluation(evaluation));
  io.out('');
  io.out(renderSimulation(simulation));
  io.out(`\nWrote ${HTML_REPORT} and ${JSON_REPORT}.`);
}
