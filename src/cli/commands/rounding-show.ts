import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('rule', { type: 'string', demandOption: true, describe: 'name of a requantizer' })
    .option('json', { type: 'boolean', default: false, describe: 'print JSON' })
    .example('$0 rounding show tflite-double', 'formula, source, parameters, contract, equalities');

export type RoundingShowArguments = ArgumentsOf<typeof builder>;

export const roundingShowCommand: CommandDefinition<RoundingShowArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-show.js')).showRule,
};
