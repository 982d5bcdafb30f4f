import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { reportOptions } from '../options/report-options.js';
import { searchOptions } from '../options/search-options.js';
import { sourceOptions } from '../options/source-options.js';
import { threadOptions } from '../options/thread-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'model: integer graph, ONNX or TFLite file',
    })
    .option('hw', {
      type: 'string',
      demandOption: true,
      describe: 'machine that is varied: a preset or a YAML or JSON file',
    })
    .option('vary', {
      type: 'string',
      array: true,
      demandOption: true,
      describe:
        'a field and its values: array.rows=8,16,32, weightBuffer.capacity=32KiB..1MiB*2, array.columns=8..32+8; several make a grid',
    })
    .option('where', {
      type: 'string',
      describe:
        'which points are wanted, by fields and results: "array.rows * array.columns <= 1024 and cycles < 1e6"',
    })
    .option('pareto', {
      type: 'string',
      defaultDescription: 'latency,energy',
      describe:
        'figures of the Pareto front: two or more of latency, energy, edp, cycles, utilization, dram, macs, sram',
    })
    .option('pareto-only', { type: 'boolean', default: false, describe: 'list the points of the front only' })
    .option('results', {
      type: 'string',
      describe: 'keep finished points in this file (.jsonl), and take from it what is there',
    })
    .option('threads', { ...threadOptions.threads, alias: 'jobs' })
    .options(searchOptions)
    .options(reportOptions)
    .options(sourceOptions)
    .example(
      '$0 sweep net.safetensors --hw systolic-16x16-ws --vary array.rows=8..32*2 --vary array.columns=8..32*2',
      'nine machines',
    );

export type SweepArguments = ArgumentsOf<typeof builder>;

export const sweepCommand: CommandDefinition<SweepArguments> = {
  builder,
  action: async () => (await import('../actions/sweep.js')).sweepMachines,
};
