import type { InferredOptionTypes, Options } from 'yargs';
import { UserError } from '../../core/errors.js';
import { parseRatio, type Preprocessing } from '../../importers/dataset/preprocessing.js';

const group = 'Data:';

/** How stored data becomes the network's input. An integer model remembers what it was quantized with. */
export const preprocessingOptions = {
  divide: { group, type: 'string', describe: 'divide stored values by this first (255, 1/255, …)' },
  mean: {
    group,
    type: 'string',
    describe: 'then subtract: one number, or one a channel (0.485,0.456,0.406)',
  },
  std: { group, type: 'string', describe: 'then divide by: one number, or one a channel' },
  bgr: { group, type: 'boolean', describe: 'reverse the order of the channels' },
  layout: { group, choices: ['auto', 'hwc', 'chw'], describe: 'axes of a stored row' },
} as const satisfies Record<string, Options>;

export type PreprocessingArguments = Partial<InferredOptionTypes<typeof preprocessingOptions>>;

/** The options over what is already known; null where the user said nothing. */
export function preprocessingFrom(args: PreprocessingArguments, known: Preprocessing): Preprocessing {
  return {
    divide: args.divide === undefined ? known.divide : parseRatio(args.divide, '--divide'),
    mean: args.mean === undefined ? known.mean : ratios(args.mean, '--mean'),
    std: args.std === undefined ? known.std : nonZero(ratios(args.std, '--std'), '--std'),
    reverseChannels: args.bgr ?? known.reverseChannels,
    layout: args.layout ?? known.layout,
  };
}

function ratios(text: string, place: string): number[] {
  return text.split(',').map((part) => parseRatio(part, place));
}

function nonZero(values: number[], place: string): number[] {
  if (values.every((value) => value !== 0)) return values;
  throw new UserError({ place, found: '0', expected: 'numbers that can be divided by' });
}
