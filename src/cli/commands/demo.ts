import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';

const builder = (yargs: Argv) =>
  yargs.option('hw', {
    type: 'string',
    default: 'whitepaper-16x16',
    describe: 'machine: a preset or a file',
  });

export type DemoArguments = ArgumentsOf<typeof builder>;

export const demoCommand: CommandDefinition<DemoArguments> = {
  builder,
  action: async () => (await import('../actions/demo.js')).runDemo,
};
