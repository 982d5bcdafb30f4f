import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';

const builder = (yargs: Argv) =>
  yargs
    .option('stack', { type: 'string', describe: 'only stacks whose name has this in it' })
    .option('all', { type: 'boolean', default: false, describe: 'families rule by rule' })
    .options(printOptions)
    .example('$0 rounding', 'what there is')
    .example('$0 rounding list --stack xnnpack', 'one stack');

export type RoundingListArguments = ArgumentsOf<typeof builder>;

export const roundingListCommand: CommandDefinition<RoundingListArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-list.js')).listRules,
};
