import { assert, UserError } from '../core/errors.js';
import { GraphBuilder } from '../ir/builder.js';
import type { FloatGraph, IntGraph, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import type { RealRange } from '../ir/ops/real-range.js';
import { usesOf, withoutDeadNodes } from '../ir/use.js';
import { ConversionContext } from './convert/context.js';
import { convertNode } from './convert/convert.js';
import { asymmetricGrid, typeOfGrid, type Grid } from './grid.js';
import { gridLeaders, hasFixedGrid } from './grid-sharing.js';
import { calibrateRanges, type CalibrationSet } from './observe/calibrate.js';
import { Extremes } from './observe/histogram.js';
import { prepareForQuantization } from './prepare.js';
import { DEFAULT_RECIPE, type Recipe } from './recipe.js';

export interface QuantizeOptions {
  readonly recipe?: Partial<Recipe>;
  /** Facts to record in the integer graph: where the model came from, how its data is preprocessed. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly progress?: (done: number, total: number) => void;
}

export interface QuantizedModel {
  readonly graph: IntGraph;
  /** The float graph after folding and fusing: value for value what the integer graph approximates. */
  readonly prepared: FloatGraph;
  readonly recipe: Recipe;
  /** Where a pass declined, in words. */
  readonly notes: readonly string[];
}

/**
 * Post-training quantization (white paper section 3, without the steps that move weights): fold and fuse, observe ranges
 * on calibration data, choose grids, convert every operator to its integer recipe.
 *
 * @param samples calibration inputs in the graph's inside layout, at least one.
 * @throws UserError where an operator has no integer recipe, a weight or an activation is not finite, or an accumulator
 * would not fit int32.
 */
export function quantize(
  graph: FloatGraph,
  samples: CalibrationSet,
  options: QuantizeOptions = {},
): QuantizedModel {
  assert(samples.length > 0, 'calibration has at least one sample');
  const recipe = validRecipe({ ...DEFAULT_RECIPE, ...options.recipe });
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const prepared = prepareForQuantization(graph, note);
  requireFiniteConstants(prepared);
  const gridOf = chooseGrids(prepared, samples, recipe, options.progress);

  const builder = new GraphBuilder<IntNode>();
  const context = new ConversionContext(prepared, recipe, builder, gridOf, note);
  for (const port of prepared.inputs) {
    builder.addInput(port.value, prepared.values.get(port.value)!.shape, typeOfGrid(gridOf(port.value)));
  }
  for (const node of prepared.nodes) convertNode(context, node);
  const outputs = prepared.outputs.map((port) => ({
    ...port,
    value: context.operand(port.name, port.value).id,
  }));
  const integer = builder.finish<IntGraph>('integer', prepared.name, prepared.inputs, outputs, {
    ...prepared.metadata,
    ...options.metadata,
    recipe: JSON.stringify(recipe),
  });
  return { graph: withoutDeadNodes(integer), prepared, recipe, notes };
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

/** A grid for every activation: one per leader, from its observed range. */
function chooseGrids(
  graph: FloatGraph,
  samples: CalibrationSet,
  recipe: Recipe,
  progress: QuantizeOptions['progress'],
): (id: ValueId) => Grid {
  const rule = recipe.requantizer === 'shift' ? 'powerOfTwo' : 'free';
  const format = { bits: recipe.activationBits, signed: true };
  const leaderOf = gridLeaders(graph);
  const makers = usesOf(graph).makers;
  const activations = [...graph.values.keys()].filter((id) => !graph.constants.has(id));
  // A pad may write a value beyond its input's range: its output is observed as well.
  const padded = activations.filter((id) => makers.get(id)?.op === 'pad');
  const wanted = new Set([...activations.map(leaderOf), ...padded]);
  const observed = calibrateRanges(
    graph,
    samples,
    wanted,
    { method: recipe.activationRange, format, rule },
    progress,
  );

  const ranges = new Map<ValueId, RealRange>(observed);
  for (const id of padded) {
    const leader = leaderOf(id);
    const [a, b] = [ranges.get(leader)!, observed.get(id)!];
    ranges.set(leader, { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
  }
  const grids = new Map<ValueId, Grid>();
  return (id) => {
    const leader = leaderOf(id);
    let grid = grids.get(leader);
    if (grid === undefined) {
      const maker = makers.get(leader);
      grid =
        maker !== undefined && hasFixedGrid(maker)
          ? { scale: 2 ** -format.bits, zeroPoint: -(2 ** (format.bits - 1)), format }
          : asymmetricGrid(ranges.get(leader)!, format, rule);
      grids.set(leader, grid);
    }
    return grid;
  };
}
