import type { InferredOptionTypes, Options } from 'yargs';
import { DEFAULT_RECIPE, type Recipe } from '../../ptq/recipe.js';
import { QUANTIZING as group } from './model-options.js';
import { wholeNumber } from './whole-number.js';

/**
 * The quantization recipe; what is not said comes from the white paper's W8A8. Defaults are filled in by `recipeFrom`, so
 * that what a person said can be told from them.
 */
export const recipeOptions = {
  weights: {
    group,
    choices: ['per-channel', 'per-tensor'],
    defaultDescription: 'per-channel',
    describe: 'a weight scale per output channel, or one',
  },
  range: {
    group,
    choices: ['min-max', 'mse'],
    defaultDescription: 'min-max',
    describe: 'how activation ranges are set',
  },
  'weight-range': {
    group,
    choices: ['min-max', 'mse'],
    defaultDescription: 'min-max',
    describe: 'how weight ranges are set',
  },
  requantizer: {
    group,
    choices: ['single', 'double', 'shift'],
    defaultDescription: 'single',
    describe: 'multiply and shift with one or two roundings, or shift only (power-of-two scales)',
  },
  'weight-bits': { group, type: 'string', defaultDescription: '8', describe: '2 to 8' },
  'activation-bits': { group, type: 'string', defaultDescription: '8', describe: '2 to 8' },
} as const satisfies Record<string, Options>;

export type RecipeArguments = Partial<InferredOptionTypes<typeof recipeOptions>>;

const GRANULARITIES = { 'per-channel': 'perChannel', 'per-tensor': 'perTensor' } as const;
const RANGES = { 'min-max': 'minMax', mse: 'mse' } as const;

export function recipeFrom(args: RecipeArguments): Recipe {
  const { weights, range, requantizer } = args;
  const weightRange = args['weight-range'];
  const bits = (option: 'weight-bits' | 'activation-bits', otherwise: number) =>
    args[option] === undefined ? otherwise : wholeNumber(args[option], `--${option}`, 2, 8);
  return {
    weightGranularity: weights === undefined ? DEFAULT_RECIPE.weightGranularity : GRANULARITIES[weights],
    activationRange: range === undefined ? DEFAULT_RECIPE.activationRange : RANGES[range],
    weightRange: weightRange === undefined ? DEFAULT_RECIPE.weightRange : RANGES[weightRange],
    requantizer: requantizer ?? DEFAULT_RECIPE.requantizer,
    weightBits: bits('weight-bits', DEFAULT_RECIPE.weightBits),
    activationBits: bits('activation-bits', DEFAULT_RECIPE.activationBits),
  };
}

/** A recipe in the words of the options. */
export function recipeText(recipe: Recipe): string {
  return (
    `W${recipe.weightBits}A${recipe.activationBits}, ` +
    `weights ${word(GRANULARITIES, recipe.weightGranularity)} (${word(RANGES, recipe.weightRange)}), ` +
    `activations ${word(RANGES, recipe.activationRange)}, requantizer ${recipe.requantizer}`
  );
}

function word(words: Readonly<Record<string, string>>, value: string): string {
  return Object.keys(words).find((key) => words[key] === value)!;
}
