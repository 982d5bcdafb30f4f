import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';

const builder = (yargs: Argv) => yargs.options(printOptions).example('$0 hw list', 'what there is');

export type HwListArguments = ArgumentsOf<typeof builder>;

export const hwListCommand: CommandDefinition<HwListArguments> = {
  builder,
  action: async () => (await import('../actions/hw-list.js')).listMachines,
};
