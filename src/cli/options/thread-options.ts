import type { InferredOptionTypes, Options } from 'yargs';
import type { ThreadCount } from '../../threads/thread-count.js';
import { wholeNumber } from './whole-number.js';

const MOST_THREADS = 256;

/** Of the commands that run many rows or simulate many machines. */
export const threadOptions = {
  threads: {
    type: 'string',
    defaultDescription: 'the number of processors',
    describe: 'that work, where that pays; results are the same',
  },
} as const satisfies Record<string, Options>;

export type ThreadArguments = InferredOptionTypes<typeof threadOptions>;

/** How many threads a command line asks for. */
export function threadsFrom({ threads }: Partial<ThreadArguments>): ThreadCount {
  return threads === undefined ? 'auto' : wholeNumber(threads, '--threads', 1, MOST_THREADS);
}
