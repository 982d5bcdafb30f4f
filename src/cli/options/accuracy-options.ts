import type { InferredOptionTypes, Options } from 'yargs';

const group = 'Accuracy:';

/** Options of the commands that say how often several models answer right. */
export const accuracyOptions = {
  data: {
    group,
    type: 'string',
    array: true,
    describe: 'inputs of every model, or one file for each model in order: file, file.npz#array, input=file',
  },
  labels: {
    group,
    type: 'string',
    array: true,
    describe: 'class numbers, one a row: for every model, or one file for each model in order',
  },
  'label-offset': {
    group,
    type: 'string',
    array: true,
    defaultDescription: '0',
    describe: 'added to every label: for every model, or one for each in order',
  },
  rows: { group, type: 'string', describe: 'rows to evaluate: 0:100, ::4 (default: all)' },
} as const satisfies Record<string, Options>;

export type AccuracyArguments = InferredOptionTypes<typeof accuracyOptions>;
