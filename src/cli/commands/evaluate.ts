import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { accumulatorOptions } from '../options/accumulator-options.js';
import { printOptions } from '../options/report-options.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'model: integer graph, ONNX or TFLite file',
    })
    .option('data', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'inputs: file, file.npz#array, input=file',
    })
    .option('labels', {
      type: 'string',
      describe: 'class numbers, one a row; without, only agreement with the float model',
    })
    .option('label-offset', { type: 'string', defaultDescription: '0', describe: 'added to every label' })
    .option('rows', { type: 'string', describe: 'rows to evaluate: 0:100, ::4 (default: all)' })
    .option('float', { type: 'string', describe: 'the float model to compare an integer model with' })
    .options(printOptions)
    .options(accumulatorOptions)
    .options(threadOptions)
    .options(sourceOptions)
    .example('$0 evaluate net.safetensors --data x.npy --labels y.npy --float net.onnx', 'beside float');

export type EvaluateArguments = ArgumentsOf<typeof builder>;

export const evaluateCommand: CommandDefinition<EvaluateArguments> = {
  builder,
  action: async () => (await import('../actions/evaluate.js')).evaluateModel,
};
