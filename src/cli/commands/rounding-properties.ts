import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';
import { samplingOptions } from '../options/sampling-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('rule', { type: 'string', demandOption: true, describe: 'name of a requantizer' })
    .options(samplingOptions)
    .options(printOptions)
    .epilogue(
      '10,000 cases for each property unless --runs says otherwise, after small ones that are always tried.',
    )
    .example('$0 rounding properties tflite-double', 'is it within half a code of exact? monotone? biased?');

export type RoundingPropertiesArguments = ArgumentsOf<typeof builder>;

export const roundingPropertiesCommand: CommandDefinition<RoundingPropertiesArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-properties.js')).checkProperties,
};
