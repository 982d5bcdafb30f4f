import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { accumulatorOptions } from '../options/accumulator-options.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'model: integer graph, ONNX or TFLite file',
    })
    .option('input', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'data: file, file.npz#array, input=file',
    })
    .option('rows', { type: 'string', describe: 'rows to run: 0:10, ::4 (default: all)' })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'write the first output of every row as .npy',
    })
    .option('real', { type: 'boolean', default: false, describe: 'real numbers instead of codes' })
    .option('kernels', {
      choices: ['fast', 'reference'],
      default: 'fast',
      describe: 'same bits, other speed',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print every output as JSON' })
    .option('accumulators', {
      type: 'boolean',
      default: false,
      describe: 'also report the largest partial sums of every layer, beside those that are possible',
    })
    .options(accumulatorOptions)
    .options(threadOptions)
    .options(sourceOptions)
    .example('$0 run net.safetensors --input photo.png', 'codes of every output')
    .example('$0 run net.safetensors --input x.npz#images --rows 0:100 -o y.npy', 'as an array');

export type RunArguments = ArgumentsOf<typeof builder>;

export const runCommand: CommandDefinition<RunArguments> = {
  builder,
  action: async () => (await import('../actions/run.js')).runModel,
};
