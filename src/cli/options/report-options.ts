import type { InferredOptionTypes, Options } from 'yargs';

/** How a result is printed, and what is written beside it. */
export const reportOptions = {
  json: { type: 'boolean', default: false, describe: 'print JSON', conflicts: 'csv' },
  csv: { type: 'boolean', default: false, describe: 'print CSV' },
  html: { type: 'string', describe: 'write a self-contained HTML report' },
} as const satisfies Record<string, Options>;

export type ReportArguments = InferredOptionTypes<typeof reportOptions>;
