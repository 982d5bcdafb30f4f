import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { preprocessingOptions } from '../options/data-options.js';
import { modelOptions, semanticsOptions } from '../options/model-options.js';
import { printOptions } from '../options/report-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'integer model, quantized or float TFLite file, or ONNX file',
    })
    .option('against', {
      type: 'string',
      array: true,
      demandOption: true,
      describe:
        'semantics for the same file, another model, or what was recorded: outputs.npy, output=file, trace.npz',
    })
    .option('input', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'data: file, file.npz#array, input=file',
    })
    .option('rows', {
      type: 'string',
      describe: 'rows to compare: 0:10, ::4 (default: all, or those recorded)',
    })
    .option('labels', { type: 'string', describe: 'class numbers, one a row: right answers of both sides' })
    .option('label-offset', { type: 'string', defaultDescription: '0', describe: 'added to every label' })
    .options(printOptions)
    .options(preprocessingOptions)
    .options(modelOptions)
    .options(semanticsOptions)
    .epilogue(
      'Exit code 0: equal in everything compared; 1: not. Members of a trace are named by values, or tN for tensor N of a TFLite file.',
    )
    .example('$0 diff net.tflite --input x.npy --against tflite-xnnpack', 'which layer depends on the stack?')
    .example('$0 diff net.tflite --input x.npy --against recorded.npy', 'bit for bit as on the device?')
    .example('$0 diff net.safetensors --input x.npy --against net.onnx', 'noise of every layer');

export type DiffArguments = ArgumentsOf<typeof builder>;

export const diffCommand: CommandDefinition<DiffArguments> = {
  builder,
  action: async () => (await import('../actions/diff.js')).diffAgainst,
};
