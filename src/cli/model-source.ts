import { UserError } from '../core/errors.js';
import { importModel } from '../importers/import-model.js';
import {
  NO_PREPROCESSING,
  preprocessingFromText,
  type Preprocessing,
} from '../importers/dataset/preprocessing.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
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
import type { ThreadArguments } from './options/thread-options.js';
import { readExternalBeside } from '../importers/external-files.js';

/** Reads a model file of either dialect. */
export async function loadModelFile(
  io: Io,
  path: string,
  args: ModelArguments & SemanticsArguments,
): Promise<FloatGraph | IntGraph> {
  const bytes = await io.readFile(path);
  return importModel(bytes, {
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
  const { quantizeFloat } = await import('./quantize-float.js');
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
