import type { InferredOptionTypes, Options } from 'yargs';
import type { Recipe } from '../../ptq/recipe.js';

/** The quantization recipe; defaults are the white paper's W8A8. */
export const recipeOptions = {
  weights: {
    choices: ['per-channel', 'per-tensor'],
    default: 'per-channel',
    describe: 'a weight scale per output channel, or one',
  },
  range: { choices: ['min-max', 'mse'], default: 'min-max', describe: 'how activation ranges are set' },
  'weight-range': { choices: ['min-max', 'mse'], default: 'min-max', describe: 'how weight ranges are set' },
  requantizer: {
    choices: ['single', 'double', 'shift'],
    default: 'single',
    describe: 'multiply and shift with one or two roundings, or shift only (power-of-two scales)',
  },
  'weight-bits': { type: 'number', default: 8, describe: '2 to 8' },
  'activation-bits': { type: 'number', default: 8, describe: '2 to 8' },
} as const satisfies Record<string, Options>;

export type RecipeArguments = InferredOptionTypes<typeof recipeOptions>;

const RANGES = { 'min-max': 'minMax', mse: 'mse' } as const;

export function recipeFrom(args: RecipeArguments): Recipe {
  return {
    weightGranularity: args.weights === 'per-tensor' ? 'perTensor' : 'perChannel',
    activationRange: RANGES[args.range],
    weightRange: RANGES[args['weight-range']],
    requantizer: args.requantizer,
    weightBits: args['weight-bits'],
    activationBits: args['activation-bits'],
  };
}
