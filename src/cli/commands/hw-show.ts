import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('machine', { type: 'string', demandOption: true, describe: 'a preset or a file' })
    .option('json', { type: 'boolean', default: false, describe: 'print JSON' })
    .example('$0 hw show tpu-v1', 'YAML, every figure with its source')
    .example('$0 hw show mine.yaml', 'with what it extends filled in');

export type HwShowArguments = ArgumentsOf<typeof builder>;

export const hwShowCommand: CommandDefinition<HwShowArguments> = {
  builder,
  action: async () => (await import('../actions/hw-show.js')).showMachine,
};
