import { Random } from '../core/random.js';
import { namingFile, UserError } from '../core/errors.js';
import { parseModel } from '../importers/load-model.js';
import {
  NO_PREPROCESSING,
  preprocessingFromText,
  preprocessingText,
  type Preprocessing,
} from '../importers/dataset/preprocessing.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { toInside } from '../kernels/ports.js';
import type { CalibrationSet } from '../ptq/observe/calibrate.js';
import { quantize, type QuantizedModel } from '../ptq/quantize.js';
import type { Recipe } from '../ptq/recipe.js';
import { elementCount } from '../tensor/shape.js';
import { tensor } from '../tensor/tensor.js';
import { basename } from 'node:path';
import { outsideShape } from '../importers/dataset/input-rows.js';
import { openDataSet } from './data-set.js';
import { readGivenGrids } from './given-grids.js';
import type { Io } from './io.js';
import { preprocessingFrom, type PreprocessingArguments } from './options/data-options.js';
import {
  calibrationOptions,
  inputShapesFrom,
  modelOptions,
  type CalibrationArguments,
  type ModelArguments,
  type SemanticsArguments,
} from './options/model-options.js';
import { recipeFrom, recipeOptions, type RecipeArguments } from './options/recipe-options.js';
import { threadsFrom, type ThreadArguments } from './options/thread-options.js';
import { readExternalBeside } from '../importers/external-files.js';

/** Reads a model file of either dialect. */
export async function loadModelFile(
  io: Io,
  path: string,
  args: ModelArguments & SemanticsArguments,
): Promise<FloatGraph | IntGraph> {
  const bytes = await io.readFile(path);
  return parseModel(bytes, {
    file: path,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(path),
    semantics: args.semantics,
  });
}

/** An integer model, and where it came from if it was quantized just now. */
export interface ModelSource {
  readonly integer: IntGraph;
  readonly float: FloatGraph | null;
  readonly preprocessing: Preprocessing;
}

export type SourceArguments = ModelArguments &
  SemanticsArguments &
  CalibrationArguments &
  PreprocessingArguments &
  RecipeArguments &
  Partial<ThreadArguments>;

/** The integer model a command works on: read as it is, or quantized from a float model with the calibration data given. */
export async function integerModel(io: Io, path: string, args: SourceArguments): Promise<ModelSource> {
  const [source] = await integerModels(io, [path], args);
  return source!;
}

/** The same for several files. Options that quantize are refused where no model is left to be quantized. */
export async function integerModels(
  io: Io,
  paths: readonly string[],
  args: SourceArguments,
): Promise<ModelSource[]> {
  const sources: ModelSource[] = [];
  for (const path of paths) sources.push(await integerSource(io, path, args));
  const unused = QUANTIZING_OPTIONS.filter((name) => args[name] !== undefined);
  if (unused.length > 0 && sources.every(({ float }) => float === null)) {
    throw new UserError({
      file: paths.join(', '),
      found: `an integer model, and ${unused.map((name) => `--${name}`).join(', ')}`,
      expected: 'such options with a float model only',
      suggestion: 'quantize the float model again with them',
    });
  }
  return sources;
}

const QUANTIZING_OPTIONS = Object.keys({
  ...calibrationOptions,
  ...recipeOptions,
  ...modelOptions,
}) as (keyof (CalibrationArguments & RecipeArguments & ModelArguments))[];

async function integerSource(io: Io, path: string, args: SourceArguments): Promise<ModelSource> {
  const graph = await loadModelFile(io, path, args);
  if (graph.dialect === 'integer') {
    noteHostWork(io, graph);
    const known = preprocessingFromText(graph.metadata['preprocessing'] ?? '') ?? NO_PREPROCESSING;
    return { integer: graph, float: null, preprocessing: preprocessingFrom(args, known) };
  }
  const preprocessing = preprocessingFrom(args, NO_PREPROCESSING);
  const { graph: integer } = await quantizeFloat(io, path, graph, args, preprocessing, recipeFrom(args));
  return { integer, float: graph, preprocessing };
}

/** Says which operators of an integer graph a machine leaves to the host. */
function noteHostWork(io: Io, graph: IntGraph): void {
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    if (node.op === 'float') counts.set(node.operator.op, (counts.get(node.operator.op) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const operators = [...counts].map(([op, count]) => `${count} ${op}`).join(', ');
  io.note(`bitmac: in float32 on the host, not on the machine: ${operators}`);
}

/** Quantizes with the data the user named, or with random numbers where they said `--data-free`. */
export async function quantizeFloat(
  io: Io,
  path: string,
  graph: FloatGraph,
  args: CalibrationArguments & Partial<ThreadArguments>,
  preprocessing: Preprocessing,
  recipe: Recipe,
): Promise<QuantizedModel> {
  const given = args.encodings === undefined ? null : await readGivenGrids(io, args.encodings);
  const samples = await calibrationSamples(io, path, graph, args, preprocessing);
  const model = namingFile(path, () =>
    quantize(graph, samples, {
      recipe,
      threads: threadsFrom(args),
      ...(given === null ? {} : { grids: given }),
      metadata: { source: basename(path), preprocessing: preprocessingText(preprocessing) },
      progress: (done, total) => io.progress(done === total ? '' : `calibrating ${done}/${total}`),
    }),
  );
  for (const text of model.warnings) io.note(`bitmac: ${args.encodings}: ${text}`);
  return model;
}

const DEFAULT_CALIBRATION_ROWS = 200;
const DATA_FREE_SAMPLES = 2;

async function calibrationSamples(
  io: Io,
  path: string,
  graph: FloatGraph,
  args: CalibrationArguments,
  preprocessing: Preprocessing,
): Promise<CalibrationSet> {
  if (args.calibration !== undefined) {
    if (args['data-free']) {
      throw new UserError({ place: '--data-free', found: '--calibration too', expected: 'one of them' });
    }
    const data = await openDataSet(
      io,
      graph,
      args.calibration,
      { option: '--calibration-rows', text: args['calibration-rows'] },
      preprocessing,
    );
    const rows =
      args['calibration-rows'] === undefined ? data.rows.slice(0, DEFAULT_CALIBRATION_ROWS) : data.rows;
    return rows.map((row) => data.inputs(row).map((input, index) => toInside(graph.inputs[index]!, input)));
  }
  if (args['calibration-rows'] !== undefined) {
    throw new UserError({
      place: '--calibration-rows',
      found: 'no --calibration',
      expected: 'data to take the rows of',
    });
  }
  if (args.encodings !== undefined && !args['data-free']) return [];
  if (!args['data-free']) {
    throw new UserError({
      file: path,
      found: 'a float model and no calibration data',
      expected: '--calibration <data>',
      suggestion: 'or say --data-free: cycles, traffic and energy do not depend on values',
    });
  }
  io.note('bitmac: --data-free: ranges come from random inputs, so output values mean nothing');
  const random = new Random(1);
  return Array.from({ length: DATA_FREE_SAMPLES }, () =>
    graph.inputs.map((port) => {
      const shape = outsideShape(graph, port);
      const data = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
      return toInside(port, tensor('float32', shape, data));
    }),
  );
}
