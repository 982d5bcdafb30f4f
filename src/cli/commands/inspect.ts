import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { printOptions } from '../options/report-options.js';
import { sourceOptions } from '../options/source-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'ONNX or TFLite file, integer model, machine preset or file',
    })
    .option('accumulators', {
      type: 'boolean',
      default: false,
      describe: 'the partial sums and the safe accumulator width of every layer; quantizes a float model',
    })
    .options(printOptions)
    .options(sourceOptions)
    .example('$0 inspect net.onnx', 'nodes, shapes, MACs')
    .example('$0 inspect net.safetensors --accumulators', 'how wide accumulators must be')
    .example('$0 inspect whitepaper-16x16', 'a machine');

export type InspectArguments = ArgumentsOf<typeof builder>;

export const inspectCommand: CommandDefinition<InspectArguments> = {
  builder,
  action: async () => (await import('../actions/inspect.js')).inspectFile,
};
