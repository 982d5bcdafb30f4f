import type { InferredOptionTypes, Options } from 'yargs';
import type { AccumulatorFormat } from '../../arith/accumulator.js';
import { UserError } from '../../core/errors.js';
import { wholeNumber } from './whole-number.js';

const group = 'Accumulators:';

/** How the sums of array operators are formed. Without, accumulators hold every sum. */
export const accumulatorOptions = {
  'accumulator-bits': {
    group,
    type: 'string',
    describe: 'form sums of products one addition at a time in accumulators of 8 to 64 bits',
  },
  overflow: {
    group,
    choices: ['wrap', 'saturate', 'trap'],
    defaultDescription: 'trap',
    describe: 'what they do with a sum they cannot hold',
  },
} as const satisfies Record<string, Options>;

export type AccumulatorArguments = Partial<InferredOptionTypes<typeof accumulatorOptions>>;

/** The accumulators to simulate; null where the user named none. */
export function accumulatorFormatFrom(args: AccumulatorArguments): AccumulatorFormat | null {
  const bits = args['accumulator-bits'];
  if (bits !== undefined) {
    return { bits: wholeNumber(bits, '--accumulator-bits', 8, 64), overflow: args.overflow ?? 'trap' };
  }
  if (args.overflow === undefined) return null;
  throw new UserError({
    place: '--overflow',
    found: 'no --accumulator-bits',
    expected: 'accumulators that can overflow',
  });
}
