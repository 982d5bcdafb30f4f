import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { preprocessingOptions } from '../options/data-options.js';
import { calibrationOptions, modelOptions } from '../options/model-options.js';
import { recipeOptions } from '../options/recipe-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', { type: 'string', demandOption: true, describe: 'float ONNX file' })
    .option('output', {
      alias: 'o',
      type: 'string',
      demandOption: true,
      describe: 'integer model to write',
    })
    .options(calibrationOptions)
    .options(preprocessingOptions)
    .options(recipeOptions)
    .options(modelOptions)
    .option('json', { type: 'boolean', default: false, describe: 'print a summary as JSON' })
    .example('$0 quantize net.onnx --calibration x.npy --divide 255 -o net.safetensors', 'W8A8 per channel');

export type QuantizeArguments = ArgumentsOf<typeof builder>;

export const quantizeCommand: CommandDefinition<QuantizeArguments> = {
  builder,
  action: async () => (await import('../actions/quantize.js')).quantizeToFile,
};
