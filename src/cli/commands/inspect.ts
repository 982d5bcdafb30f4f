import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { modelOptions } from '../options/model-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'ONNX file, integer model, machine preset or file',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print JSON' })
    .options(modelOptions)
    .example('$0 inspect net.onnx', 'nodes, shapes, MACs')
    .example('$0 inspect whitepaper-16x16', 'a machine');

export type InspectArguments = ArgumentsOf<typeof builder>;

export const inspectCommand: CommandDefinition<InspectArguments> = {
  builder,
  action: async () => (await import('../actions/inspect.js')).inspectFile,
};
