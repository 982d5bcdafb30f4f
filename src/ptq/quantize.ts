import { isAbsent } from '../core/absent.js';
import { assert, UserError } from '../core/errors.js';
import { GraphBuilder } from '../ir/builder.js';
import type { GivenGrids } from '../ir/given-grids.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { withoutDeadNodes } from '../ir/use.js';
import type { ThreadCount } from '../threads/thread-count.js';
import { ConversionContext } from './convert/context.js';
import { convertNode } from './convert/convert.js';
import { chooseGrids, namesText } from './choose-grids.js';
import { GridsByName } from './given-grids.js';
import { typeOfGrid } from './grid.js';
import type { CalibrationSet } from './observe/calibrate.js';
import { Extremes } from './observe/histogram.js';
import { prepareForQuantization } from './prepare.js';
import { DEFAULT_RECIPE, type Recipe } from './recipe.js';

export interface QuantizeOptions {
  readonly recipe?: Partial<Recipe>;
  /** Grids that come before what calibration or the weights' extremes say, by the source model's names. */
  readonly grids?: GivenGrids;
  /**
   * Only shapes matter: activations that nothing else gives a grid get an arbitrary one, no two the same, without calibration.
   */
  readonly shapesOnly?: boolean;
  /** Facts to record in the integer graph: where the model came from, how its data is preprocessed. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** That calibrate; one unless said. The result is the same. */
  readonly threads?: ThreadCount | undefined;
  readonly progress?: (done: number, total: number) => void;
}

export interface QuantizedModel {
  readonly graph: IntGraph;
  /** The float graph after folding and fusing: value for value what the integer graph approximates. */
  readonly prepared: FloatGraph;
  readonly recipe: Recipe;
  /** Where a pass declined, in words. */
  readonly notes: readonly string[];
  /** Given grids that were not used, or that clip, in words. */
  readonly warnings: readonly string[];
}

/**
 * Post-training quantization (white paper section 3, without the steps that move weights): fold and fuse, observe ranges
 * on calibration data, choose grids, convert every operator to its integer recipe.
 *
 * @param samples calibration inputs in the graph's inside layout, at least one; none where `grids` has every activation or only shapes matter.
 * @throws UserError where an operator has no integer recipe, a weight or an activation is not finite, an accumulator would
 * not fit int32, or a given grid is none of the recipe.
 */
export function quantize(
  graph: FloatGraph,
  samples: CalibrationSet,
  options: QuantizeOptions = {},
): QuantizedModel {
  const { shapesOnly = false, threads = 1 } = options;
  const needsSamples = options.grids === undefined && !shapesOnly;
  assert(samples.length > 0 || !needsSamples, 'calibration has at least one sample');
  const recipe = validRecipe({ ...DEFAULT_RECIPE, ...options.recipe });
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const prepared = prepareForQuantization(graph, note);
  requireFiniteConstants(prepared);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const given = new GridsByName(options.grids, prepared, recipe);
  const gridOf = chooseGrids(prepared, {
    recipe,
    samples,
    given,
    shapesOnly,
    warn,
    threads,
    progress: options.progress,
  });

  const builder = new GraphBuilder<IntNode>();
  const context = new ConversionContext(prepared, recipe, builder, gridOf, note, given, warn);
  for (const port of prepared.inputs) {
    builder.addInput(port.value, prepared.values.get(port.value)!.shape, typeOfGrid(gridOf(port.value)));
  }
  for (const node of prepared.nodes) convertNode(context, node);
  const outputs = prepared.outputs.map((port) => ({
    ...port,
    value: context.operand(port.value).id,
  }));
  const integer = builder.finish<IntGraph>('integer', prepared.name, prepared.inputs, outputs, {
    ...prepared.metadata,
    ...options.metadata,
    recipe: JSON.stringify(recipe),
  });
  warnAboutUnused(given.unused(), graph, warn);
  return { graph: withoutDeadNodes(integer), prepared, recipe, notes, warnings };
}

/** Given grids of tensors that the model does not have, and of those that folding and fusing took away. */
function warnAboutUnused(names: readonly string[], graph: FloatGraph, warn: (text: string) => void): void {
  const known = new Set([
    ...graph.values.keys(),
    ...[...graph.inputs, ...graph.outputs].map(({ name }) => name),
  ]);
  const unknown = names.filter((name) => !known.has(name));
  const gone = names.filter((name) => known.has(name));
  if (unknown.length > 0)
    warn(`${unknown.length} encodings name tensors that the model does not have: ${namesText(unknown)}`);
  if (gone.length > 0)
    warn(`${gone.length} encodings are of tensors without a grid of their own: ${namesText(gone)}`);
}

function validRecipe(recipe: Recipe): Recipe {
  for (const field of ['weightBits', 'activationBits'] as const) {
    if (Number.isInteger(recipe[field]) && recipe[field] >= 2 && recipe[field] <= 8) continue;
    throw new UserError({
      place: `recipe field '${field}'`,
      found: `${recipe[field]}`,
      expected: 'a whole number from 2 to 8',
    });
  }
  return recipe;
}

function requireFiniteConstants(graph: FloatGraph): void {
  for (const [id, { data }] of graph.constants) {
    if (isAbsent(data)) continue;
    const extremes = new Extremes();
    extremes.add(data);
    if (extremes.firstNonFinite === null) continue;
    throw new UserError({
      place: `constant '${id}'`,
      found: `${extremes.firstNonFinite}`,
      expected: 'finite weights and parameters',
      suggestion: 'check how the model was trained and exported',
    });
  }
}
