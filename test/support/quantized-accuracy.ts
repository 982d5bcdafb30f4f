import { evaluate, type EvaluationResult } from '../../src/engine/evaluate.js';
import { FloatRunner, IntegerRunner } from '../../src/engine/run.js';
import { asNumbers } from '../../src/importers/dataset/array-file.js';
import { parseRows, rowNumbers } from '../../src/importers/dataset/rows.js';
import type { FloatGraph, IntGraph } from '../../src/ir/graph.js';
import { toInside } from '../../src/kernels/ports.js';
import { quantize } from '../../src/ptq/quantize.js';
import type { CalibrationSet } from '../../src/ptq/observe/calibrate.js';
import {
  floatModel,
  importFloatModel,
  modelRows,
  readSharedArray,
  type FloatModel,
  type ModelRows,
} from './models.js';

/** The rows a model is calibrated on: of its own set, or of pictures it was trained on. */
interface CalibrationRows {
  /** null: the model's first set. */
  readonly data: string | null;
  /** As on the command line. */
  readonly rows: string;
}

const cifar10: CalibrationRows = { data: 'data/cifar10/train_calib_jpeg_images_u8.npy.gz', rows: '0:200' };
const firstHundred: CalibrationRows = { data: null, rows: '0:100' };

/** As the shared folder's README suggests and its reference quantizations were made. */
const CALIBRATION: Readonly<Record<string, CalibrationRows>> = {
  'mnist-8': firstHundred,
  'mnist-net_256x2': firstHundred,
  dscnn_small: firstHundred,
  'mobilenetv1-vww': { data: null, rows: '0:60' },
  resnet20: cifar10,
  resnet_2b: cifar10,
  vit_ibp_3_3_8: cifar10,
  squeezenet: { data: null, rows: '::4' },
};

function calibrationOf(model: FloatModel, graph: FloatGraph): CalibrationSet {
  const { data, rows } = CALIBRATION[model.name]!;
  const reader = modelRows(model, { ...model.rows[0]!, data: data ?? model.rows[0]!.data }, graph);
  const port = graph.inputs[0]!;
  return rowNumbers(parseRows(rows, reader.rowCount)).map((row) => [toInside(port, reader.row(row))]);
}

/** A model of the shared folder and what the default recipe (W8A8, per channel) makes of it. */
export function quantizedModel(name: string): { readonly float: FloatGraph; readonly integer: IntGraph } {
  const model = floatModel(name);
  const float = importFloatModel(model);
  return { float, integer: quantize(float, calibrationOf(model, float)).graph };
}

/** Quantizes a model with the default recipe and evaluates it beside the float model. */
export function evaluateQuantized(name: string): (set: ModelRows, rowCount?: number) => EvaluationResult {
  const model = floatModel(name);
  const { float: graph, integer: integerGraph } = quantizedModel(name);
  const integer = new IntegerRunner(integerGraph);
  const float = new FloatRunner(graph);
  return (set, rowCount = set.rowCount) => {
    const reader = modelRows(model, set, graph);
    const labels = asNumbers(readSharedArray(set.labels!));
    const rows = Array.from({ length: rowCount }, (_, row) => row);
    return evaluate(
      integer,
      float,
      (function* () {
        for (const row of rows) yield { inputs: [reader.row(row)], label: labels[row]! };
      })(),
    );
  };
}
