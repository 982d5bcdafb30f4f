import type { InferredOptionTypes, Options } from 'yargs';
import { isForAnyFactor, rulesForAnyFactor } from '../../arith/requantizer-for.js';
import { findRule } from '../../arith/requantizers/registry.js';
import { UserError } from '../../core/errors.js';
import { DEFAULT_RECIPE, type Recipe, type RequantizerChoice } from '../../ptq/recipe.js';
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
    type: 'string',
    defaultDescription: 'single',
    describe:
      'multiply and shift with one or two roundings (single, double), shift only (shift: power-of-two scales), or a stack’s rule',
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
    requantizer: requantizer === undefined ? DEFAULT_RECIPE.requantizer : requantizerChoice(requantizer),
    weightBits: bits('weight-bits', DEFAULT_RECIPE.weightBits),
    activationBits: bits('activation-bits', DEFAULT_RECIPE.activationBits),
  };
}

function requantizerChoice(text: string): RequantizerChoice {
  if (text === 'single' || text === 'double' || text === 'shift') return text;
  const rule = findRule(text);
  if (rule !== null && isForAnyFactor(rule.name)) return rule.name;
  throw new UserError({
    place: '--requantizer',
    found: `'${text}'`,
    expected: "single, double, shift or a rule of 'bitmac rounding' that derives parameters from any factor",
    suggestion:
      rule === null
        ? `for example ${rulesForAnyFactor().slice(-5).join(', ')}`
        : `${text} has no such derivation, or no int8 codes with a zero point`,
  });
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
