import type { Argv } from 'yargs';
import type { ArgumentsOf, CommandDefinition } from '../command.js';
import { samplingOptions } from '../options/sampling-options.js';

const builder = (yargs: Argv) =>
  yargs
    .positional('rule', { type: 'string', demandOption: true, describe: 'name of a requantizer' })
    .option('dut', {
      type: 'string',
      demandOption: true,
      describe: 'command line of the device under test, run by the shell',
    })
    .options(samplingOptions)
    .option('batch', { type: 'string', default: '1000', describe: 'cases a batch' })
    .option('timeout', {
      type: 'string',
      default: '10s',
      describe: 'how long nothing may come: 500ms, 10s, 2min',
    })
    .option('param', {
      type: 'string',
      array: true,
      describe: 'parameters that the device has wired: name=value ...',
    })
    .option('zero-point', { type: 'string', describe: 'a zero point that it has wired' })
    .option('min', { type: 'string', describe: 'a lowest code that it has wired' })
    .option('max', { type: 'string', describe: 'a highest code that it has wired' })
    .option('outside-contract', {
      type: 'boolean',
      default: false,
      describe: 'also cases outside the contract of the rule',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print JSON' })
    .epilogue(
      'Exit code 0: equal in every case; 1: not. The protocol is in docs/guides/test-your-requantizer.md.',
    )
    .example('$0 rounding check tflite-double --dut ./requantizer', 'does it round as TFLite does?');

export type RoundingCheckArguments = ArgumentsOf<typeof builder>;

export const roundingCheckCommand: CommandDefinition<RoundingCheckArguments> = {
  builder,
  action: async () => (await import('../actions/rounding-check.js')).checkDevice,
};
