import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { preprocessingOptions } from '../options/data-options.js';
import { calibrationOptions, modelOptions } from '../options/model-options.js';
import { recipeOptions } from '../options/recipe-options.js';
import { reportOptions } from '../options/report-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('models', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'integer models, or float ONNX files',
    })
    .option('hw', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'machines: presets or files; the first is the baseline',
    })
    .options(reportOptions)
    .options(preprocessingOptions)
    .options(calibrationOptions)
    .options(recipeOptions)
    .options(modelOptions)
    .example('$0 compare net.safetensors --hw whitepaper-16x16 systolic-16x16-ws', 'which machine is better');

export type CompareArguments = ArgumentsOf<typeof builder>;

export const compareCommand: CommandDefinition<CompareArguments> = {
  builder,
  action: async () => (await import('../actions/compare.js')).compareMachines,
};
