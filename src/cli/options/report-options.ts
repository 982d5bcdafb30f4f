import type { InferredOptionTypes, Options } from 'yargs';
import { UserError } from '../../core/errors.js';

/** How a result is printed. */
export const printOptions = {
  json: { type: 'boolean', default: false, describe: 'print JSON' },
  csv: { type: 'boolean', default: false, describe: 'print CSV' },
} as const satisfies Record<string, Options>;

/** How a result is printed, and what is written beside it. */
export const reportOptions = {
  ...printOptions,
  html: { type: 'string', describe: 'write a self-contained HTML report' },
} as const satisfies Record<string, Options>;

export type PrintArguments = InferredOptionTypes<typeof printOptions>;

/** Which of the printable forms stdout gets. */
export function printedForm(args: PrintArguments): 'text' | 'json' | 'csv' {
  if (args.json && args.csv) {
    throw new UserError({ place: 'command line', found: '--json and --csv', expected: 'one of them' });
  }
  return args.json ? 'json' : args.csv ? 'csv' : 'text';
}
