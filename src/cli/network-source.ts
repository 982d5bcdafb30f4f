import { basename } from 'node:path';
import { namingFile, UserError } from '../core/errors.js';
import { networkOf, type Network } from '../engine/layer.js';
import type { SimulationResult } from '../engine/result.js';
import { simulate, simulateShapes, type SimulationOptions } from '../engine/simulate.js';
import type { Accelerator } from '../hw/accelerator.js';
import { readExternalBeside } from '../importers/external-files.js';
import { importModel } from '../importers/import-model.js';
import type { IntGraph } from '../ir/graph.js';
import { parseShapes } from '../load-shapes.js';
import type { Io } from './io.js';
import { integerModels, type ModelSource, type SourceArguments } from './model-source.js';
import { inputShapesFrom } from './options/model-options.js';
import { recipeFrom, recipeOptions } from './options/recipe-options.js';
import type { ShapeArguments } from './options/shape-options.js';
import { sourceOptions } from './options/source-options.js';

/** Something to simulate, under the name the user gave it. */
export interface NetworkSource {
  readonly label: string;
  readonly network: Network;
  /** null where there are no values to compute with. */
  readonly model: ModelSource | null;
  /** With `operands` where values were computed, for machines that count them. */
  readonly simulate: (accelerator: Accelerator, options: SimulationOptions) => SimulationResult;
}

/** Refuses a command line that names nothing to simulate. */
export function requireNetwork(paths: readonly string[], { shapes = [] }: ShapeArguments): void {
  if (paths.length + shapes.length > 0) return;
  throw new UserError({
    place: 'command line',
    found: 'no file',
    expected: 'one before the options, or --shapes with a table',
  });
}

/** The models, as graphs or for their shapes, then the tables of shapes. Options that change nothing are refused. */
export async function networkSources(
  io: Io,
  paths: readonly string[],
  args: SourceArguments & ShapeArguments,
): Promise<readonly NetworkSource[]> {
  const tables = args.shapes ?? [];
  if (args['shape-only'] && paths.length === 0)
    refuse('--shape-only', 'no model', 'one to take the shapes of');
  if (paths.length === 0) refuseGiven(args, Object.keys(sourceOptions), 'a table of shapes');
  if (args['shape-only']) refuseGiven(args, VALUE_OPTIONS, '--shape-only');
  const models = args['shape-only']
    ? await inTurn(paths, async (path) => shapesOf(await shapeOnlyGraph(io, path, args), path))
    : (await integerModels(io, paths, args)).map((model, index) => withValues(model, paths[index]!));
  const shapes = await inTurn(tables, async (path) =>
    tableOf(parseShapes(await io.readFile(path), path), path),
  );
  return [...models, ...shapes];
}

/** Options about values: of calibration, preprocessing and already quantized models. */
const VALUE_OPTIONS = Object.keys(sourceOptions).filter(
  (name) => name !== 'input-shape' && !Object.hasOwn(recipeOptions, name),
);

async function inTurn<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function withValues(model: ModelSource, label: string): NetworkSource {
  return {
    label,
    network: networkOf(model.integer),
    model,
    simulate: (accelerator, options) => simulate(model.integer, accelerator, options),
  };
}

/** The graph's weights may be made up: what is said of its sums means nothing, and is not asked. */
function shapesOf(graph: IntGraph, label: string): NetworkSource {
  return tableOf({ ...networkOf(graph), shapesOnly: true }, label);
}

function tableOf(network: Network, label: string): NetworkSource {
  const simulate: NetworkSource['simulate'] = (accelerator, options) =>
    simulateShapes(network, accelerator, options);
  return { label, network, model: null, simulate };
}

/** A float ONNX model as an integer graph of the recipe, without any data. */
async function shapeOnlyGraph(io: Io, path: string, args: SourceArguments): Promise<IntGraph> {
  const bytes = await io.readFile(path);
  const graph = await importModel(bytes, {
    file: path,
    inputShapes: inputShapesFrom(args),
    readExternal: readExternalBeside(path),
    shapesOnly: true,
  });
  if (graph.dialect === 'integer') {
    throw new UserError({
      file: path,
      found: 'a model that is quantized already, and --shape-only',
      expected: 'a float ONNX model',
      suggestion: 'leave --shape-only out: nothing has to be calibrated',
    });
  }
  const { quantize } = await import('../ptq/quantize.js');
  const options = { recipe: recipeFrom(args), metadata: { source: basename(path) }, shapesOnly: true };
  return namingFile(path, () => quantize(graph, [], options).graph);
}

function refuseGiven(args: object, names: readonly string[], beside: string): void {
  const given = names.filter((name) => (args as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (given.length > 0)
    refuse(given.map((name) => `--${name}`).join(', '), beside, 'data or a model with values');
}

function refuse(place: string, found: string, expected: string): never {
  throw new UserError({ place, found, expected });
}
