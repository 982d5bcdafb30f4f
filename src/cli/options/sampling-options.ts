import type { Options } from 'yargs';
import { wholeNumber } from './whole-number.js';

const MOST_RUNS = 1_000_000_000;

/** How many cases a command draws, and from which seed. */
export const samplingOptions = {
  runs: { type: 'string', describe: 'how many cases' },
  seed: { type: 'string', default: '1', describe: 'of the random numbers' },
} as const satisfies Record<string, Options>;

/** The two options as numbers; `usual` cases unless said. */
export function samplingFrom(
  { runs, seed }: { readonly runs?: string | undefined; readonly seed: string },
  usual: number,
): { readonly runs: number; readonly seed: number } {
  return {
    runs: runs === undefined ? usual : wholeNumber(runs, '--runs', 1, MOST_RUNS),
    seed: wholeNumber(seed, '--seed', 0, 2 ** 31 - 1),
  };
}
