import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { sourceOptions } from '../options/source-options.js';

/** What an integer model can be written as. */
export const EXPORT_FORMATS = ['onnx-qdq', 'aimet-0.6.1', 'aimet-1.0.0'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'model: integer graph, ONNX or TFLite file',
    })
    .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'file to write' })
    .option('format', {
      choices: EXPORT_FORMATS,
      default: EXPORT_FORMATS[0],
      describe: 'ONNX with QuantizeLinear and DequantizeLinear, or the grids alone as encodings of AIMET',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print a summary as JSON' })
    .options(sourceOptions)
    .example('$0 export net.safetensors -o net.qdq.onnx', 'for ONNX Runtime and what builds on it')
    .example('$0 export net.safetensors -o net.encodings --format aimet-0.6.1', 'beside a float model');

export type ExportArguments = ArgumentsOf<typeof builder>;

export const exportCommand: CommandDefinition<ExportArguments> = {
  builder,
  action: async () => (await import('../actions/export.js')).exportModel,
};
