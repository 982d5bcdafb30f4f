import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', { type: 'string', demandOption: true, describe: 'float ONNX or TFLite file' })
    .option('output', {
      alias: 'o',
      type: 'string',
      demandOption: true,
      describe: 'integer model to write',
    })
    .options(threadOptions)
    .options(sourceOptions)
    .option('json', { type: 'boolean', default: false, describe: 'print a summary as JSON' })
    .example('$0 quantize net.onnx --calibration x.npy --divide 255 -o net.safetensors', 'W8A8 per channel');

export type QuantizeArguments = ArgumentsOf<typeof builder>;

export const quantizeCommand: CommandDefinition<QuantizeArguments> = {
  builder,
  action: async () => (await import('../actions/quantize.js')).quantizeToFile,
};
