import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';
import { samplingOptions } from '../options/sampling-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('a', { type: 'string', demandOption: true, describe: 'name of a requantizer' })
    .positional('b', { type: 'string', demandOption: true, describe: 'name of another' })
    .options(samplingOptions)
    .option('corners', {
      type: 'boolean',
      default: false,
      describe: 'ties, ends of ranges and saturation edges instead of realistic cases',
    })
    .option('expect-equal', {
      type: 'boolean',
      default: false,
      describe: 'exit with 1 where they disagree',
    })
    .options(printOptions)
    .epilogue('A million cases unless --runs says otherwise, 100,000 at the corners.')
    .example('$0 rounding compare tflite-double tflite-single', 'does the second rounding matter?');

export type RoundingCompareArguments = ArgumentsOf<typeof builder>;

export const roundingCompareCommand: CommandDefinition<RoundingCompareArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-compare.js')).compareRules,
};
