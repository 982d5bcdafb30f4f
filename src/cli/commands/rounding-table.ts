import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('rules', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'names of requantizers, a column each',
    })
    .option('from', { type: 'string', default: '-12', describe: 'first accumulator' })
    .option('to', { type: 'string', default: '12', describe: 'last accumulator' })
    .option('shift', { type: 'string', describe: 'right shift: the factor is multiplier / 2^shift' })
    .option('multiplier', { type: 'string', describe: 'of the factor, 1 unless said' })
    .option('scale', { type: 'string', describe: 'the factor as a number, to nearest float32' })
    .option('param', {
      type: 'string',
      array: true,
      describe: 'the rule’s own parameters instead: name=value ...',
    })
    .option('zero-point', { type: 'string', default: '0', describe: 'added after rounding' })
    .options(printOptions)
    .example('$0 rounding table shift-half-even --from -12 --to 12 --shift 2', 'quarters')
    .example('$0 rounding table tflite-double tflite-single --shift 2', 'two side by side');

export type RoundingTableArguments = ArgumentsOf<typeof builder>;

export const roundingTableCommand: CommandDefinition<RoundingTableArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-table.js')).tabulateRules,
};
