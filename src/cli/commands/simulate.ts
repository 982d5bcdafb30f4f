import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { reportOptions } from '../options/report-options.js';
import { searchOptions } from '../options/search-options.js';
import { shapeOptions } from '../options/shape-options.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      describe: 'model: integer graph, ONNX or TFLite file',
    })
    .option('hw', {
      type: 'string',
      demandOption: true,
      describe: 'machine: a preset or a YAML or JSON file',
    })
    .option('input', {
      type: 'string',
      array: true,
      describe: 'data to compute the outputs of: file, input=file',
    })
    .option('row', { type: 'string', defaultDescription: '0', describe: 'row of the data (needs --input)' })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'write the output codes as .npy (needs --input)',
    })
    .option('engine', {
      choices: ['formula', 'registers', 'lockstep'] as const,
      default: 'formula' as const,
      describe: 'what the cycles come from; lockstep: print only how both compare (need --input)',
    })
    .option('listing', { type: 'string', describe: 'write the program, an instruction a line' })
    .option('trace', { type: 'string', describe: 'write a timeline for Perfetto, JSON' })
    .option('energy-report', {
      type: 'boolean',
      default: false,
      describe: 'print only energy: counts x cost = energy, with sources',
    })
    .option('per-layer', {
      type: 'boolean',
      default: false,
      describe: 'every layer too (needs --energy-report)',
    })
    .option('explain', {
      type: 'boolean',
      default: false,
      describe: 'print only how mappings were chosen: the runner-up, and why',
    })
    .option('layer', { type: 'string', describe: 'of this layer only: its name (needs --explain)' })
    .options(searchOptions)
    .options(reportOptions)
    .options(shapeOptions)
    .options(threadOptions)
    .options(sourceOptions)
    .example('$0 simulate net.safetensors --hw systolic-16x16-ws', 'cycles and energy');

export type SimulateArguments = ArgumentsOf<typeof builder>;

export const simulateCommand: CommandDefinition<SimulateArguments> = {
  builder,
  action: async () => (await import('../actions/simulate.js')).simulateModel,
};
