import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { accuracyOptions } from '../options/accuracy-options.js';
import { reportOptions } from '../options/report-options.js';
import { searchOptions } from '../options/search-options.js';
import { shapeOptions } from '../options/shape-options.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('models', {
      type: 'string',
      array: true,
      describe: 'models: integer graphs, ONNX or TFLite files',
    })
    .option('hw', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'machines: presets or files',
    })
    .option('baseline', {
      type: 'string',
      defaultDescription: 'the first',
      describe: 'the machine of --hw that ratios are to; it comes first',
    })
    .option('summary', {
      type: 'boolean',
      describe: 'print the tables of models and machines only, no layers',
    })
    .options(searchOptions)
    .options(reportOptions)
    .options(accuracyOptions)
    .options(shapeOptions)
    .options(threadOptions)
    .options(sourceOptions)
    .example('$0 compare net.safetensors --hw whitepaper-16x16 systolic-16x16-ws', 'which machine is better')
    .example(
      '$0 compare a.tflite b.tflite --data x.npy --labels y.npy --hw a.yaml b.yaml',
      'and how accurate',
    );

export type CompareArguments = ArgumentsOf<typeof builder>;

export const compareCommand: CommandDefinition<CompareArguments> = {
  builder,
  action: async () => (await import('../actions/compare.js')).compareMachines,
};
