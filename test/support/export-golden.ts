import { readFileSync } from 'node:fs';
import { toReals } from '../../src/engine/edges.js';
import { IntegerRunner } from '../../src/engine/run.js';
import { ranked } from '../../src/engine/evaluate.js';
import { writeOnnxQdq } from '../../src/exporters/onnx-qdq/write.js';
import { readNpz } from '../../src/formats/npz.js';
import { NO_PREPROCESSING } from '../../src/importers/dataset/preprocessing.js';
import { RowReader } from '../../src/importers/dataset/rows.js';
import { readIntegerGraph } from '../../src/importers/integer-graph/read.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { groupThousands } from '../../src/report/numbers.js';
import { tensor, type FloatTensor, type Tensor } from '../../src/tensor/tensor.js';
import { quantizedDigits, repositoryPath } from './cli.js';
import {
  differencesFrom,
  differencesOfOutputs,
  NO_DIFFERENCES,
  together,
  type CodeDifferences,
} from './export-differences.js';
import { floatModel, modelRows } from './models.js';
import { OrtModel, type Optimization } from './onnx-runtime.js';
import { importQuantized, rowsOf, TFLITE_MODELS } from './recorded-runs.js';
import { outsideShapes } from './run-float.js';
import { quantizedModel } from './quantized-accuracy.js';

/** An integer graph and rows to run it on, in the axes of its source. */
export interface ExportCase {
  readonly name: string;
  readonly graph: IntGraph;
  readonly rows: readonly FloatTensor[];
}

/** How a whole model in ONNX Runtime compares with the same model here. */
export interface ExportFigures extends CodeDifferences {
  readonly rows: number;
  /** Rows whose largest output is another one there; null where outputs are indices. */
  readonly flips: number | null;
  /** How many different codes ONNX Runtime's outputs have. */
  readonly distinct: number;
}

/** Models of the shared folder whose exports are measured; between them they have every kind of operator that quantization makes of them. */
export const EXPORTED_MODELS = ['mnist-8', 'resnet20', 'dscnn_small', 'vit_ibp_3_3_8'] as const;

/** The bundled model and its test images. */
export async function digitsCase(rowCount: number): Promise<ExportCase> {
  const graph = readIntegerGraph(await quantizedDigits());
  const images = readNpz(readFileSync(repositoryPath('examples/digits/digits.npz'))).get('test_images')!;
  const reader = new RowReader(images, outsideShapes(graph)[0]!, { ...NO_PREPROCESSING, divide: 255 });
  const rows = Array.from({ length: rowCount }, (_, row) => asFloat(reader.row(row)));
  return { name: 'digits (bundled)', graph, rows };
}

/** The first rows of a model of the shared folder. */
export function sharedCase(name: string, rowCount: number): ExportCase {
  const model = floatModel(name);
  const { float, integer } = quantizedModel(name);
  const reader = modelRows(model, model.rows[0]!, float);
  const rows = Array.from({ length: rowCount }, (_, row) => asFloat(reader.row(row)));
  return { name, graph: integer, rows };
}

/** Quantized TFLite models whose exports are measured, and on how many rows. */
export const IMPORTED_MODELS = [
  { name: 'resnet8_int8', rows: 250 },
  { name: 'dscnn_int8', rows: 250 },
  { name: 'mobilenetv1_int8', rows: 240 },
  { name: 'person_detect', rows: 240 },
  { name: 'mobilenet_v1_0.25_128_uint8', rows: 64 },
  { name: 'mobilenet_v2_1.0_224_ptq_int8', rows: 16 },
  { name: 'deeplabv3_mnv2_dm05_uint8', rows: 1 },
] as const;

/** Under the arithmetic of TensorFlow Lite, and of the very runtime that runs the file. */
export const IMPORTED_SEMANTICS = ['tflite-reference', 'onnxruntime'] as const;

/** The first rows of a quantized model of the shared folder, of its largest set, as real numbers. */
export function importedCase(name: string, semantics: string, rowCount: number): ExportCase {
  const model = TFLITE_MODELS.find((candidate) => candidate.name === name)!;
  const graph = importQuantized(model, semantics);
  const port = graph.inputs[0]!;
  const readers = model.sets.map((set) => rowsOf(model, set, graph));
  const reader = readers.reduce((a, b) => (b.rowCount > a.rowCount ? b : a));
  const rows = Array.from({ length: Math.min(rowCount, reader.rowCount) }, (_, row) => {
    const stored = reader.row(row);
    return stored.type === 'float32' ? stored : toReals(graph.values.get(port.value)!, stored);
  });
  return { name: `${name}, ${semantics}`, graph, rows };
}

function asFloat(row: Tensor): FloatTensor {
  return row.type === 'float32' ? row : tensor('float32', row.shape, Float32Array.from(row.data));
}

/** Runs every row here and, exported, in ONNX Runtime. */
export async function exportFigures(
  { graph, rows }: ExportCase,
  optimization: Optimization,
): Promise<ExportFigures> {
  const model = await OrtModel.load(writeOnnxQdq(graph), optimization);
  const runner = new IntegerRunner(graph);
  const seen = new Set<number>();
  let differences = NO_DIFFERENCES;
  let flips = 0;
  for (const row of rows) {
    const ours = runner.run([row]);
    const theirs = await model.run([row]);
    differences = together(differences, differencesFrom(graph, ours, theirs));
    if (ranked(ours.reals[0]!.data, 1)[0] !== ranked(theirs[0]!.data, 1)[0]) flips += 1;
    for (const real of theirs[0]!.data) seen.add(real);
  }
  await model.release();
  const output = graph.values.get(graph.outputs[0]!.value)!.type;
  const isScores = output.kind === 'float32' || output.quantization !== null;
  return { rows: rows.length, flips: isScores ? flips : null, distinct: seen.size, ...differences };
}

/** The differences of one value of a model, with everything before it run by ONNX Runtime as well. */
export interface NodeDifferences extends CodeDifferences {
  readonly node: string;
  readonly op: string;
}

/** How differences grow along a model: every node's result, in the graph's order, as it is written (no optimization). */
export async function growthOfDifferences({ graph, rows }: ExportCase): Promise<NodeDifferences[]> {
  const outputs = graph.nodes.map((node) => ({
    name: `node ${node.name}`,
    value: node.output,
    permutation: null,
  }));
  const observed: IntGraph = { ...graph, outputs };
  const model = await OrtModel.load(writeOnnxQdq(observed), 'disabled');
  const runner = new IntegerRunner(observed);
  const totals = outputs.map(() => NO_DIFFERENCES);
  for (const row of rows) {
    const found = differencesOfOutputs(observed, runner.run([row]), await model.run([row]));
    found.forEach((differences, index) => (totals[index] = together(totals[index]!, differences)));
  }
  await model.release();
  return graph.nodes.map(({ name, op }, index) => ({ node: name, op, ...totals[index]! }));
}

/** The table's header; `figureCells` fills a row. */
export const FIGURE_COLUMNS = [
  'model',
  'ONNX Runtime optimizes',
  'rows',
  'values',
  'differing',
  'largest difference (LSB)',
  'top-1 flips',
];

export function figureCells(name: string, optimization: Optimization, figures: ExportFigures): string[] {
  const { rows, values, differing, largest, flips } = figures;
  const counts = [rows, values, differing, largest, flips].map((count) =>
    count === null ? '-' : groupThousands(count),
  );
  return [name, optimization === 'disabled' ? 'nothing' : 'everything', ...counts];
}
