import type { Dyadic } from '../../arith/requantizers/rule.js';
import { exactCode } from '../case-text.js';
import type { Subject } from '../contract.js';
import { difference, lowestTerms, wholeNumber } from '../../arith/dyadic.js';
import { express } from '../express.js';
import { wholeGrid } from '../grids.js';
import type { RequantizerProperty } from './property.js';

/** Mean errors (code minus exact value) in codes, as exact fractions. */
export interface Bias {
  /** Over every remainder, as often under negative values as under positive ones. */
  readonly all: Dyadic;
  /** Over ties, likewise. */
  readonly ties: Dyadic;
  /** Over ties of positive values, as they come after a ReLU. */
  readonly positiveTies: Dyadic;
}

/** Bits dropped by the shift whose remainders are enumerated. */
const SHIFT_BITS = 4;
const PERIOD = 2 ** SHIFT_BITS;
/** Even and odd codes of either sign. */
const PERIODS = 4;

/**
 * The mean error of a shift to the right by 4 bits, counted over all remainders: four whole periods, two on either side of 0;
 * all above 0 where codes cannot be negative. null without such a factor.
 */
export function biasOf({ contract, code }: Subject): Bias | null {
  const output = wholeGrid(contract);
  const first = output.zeroPoint === output.min ? 0 : (-PERIOD * PERIODS) / 2;
  const accumulators = Array.from({ length: PERIOD * PERIODS }, (_, index) => BigInt(first + index));
  const parameters = express(contract, { multiplier: 1n, rightShift: SHIFT_BITS }, accumulators, output);
  if (parameters === null) return null;
  const errors = accumulators.map((acc) => {
    const request = { acc, parameters, output };
    const error = difference(wholeNumber(code(request)), exactCode(request, contract));
    return { acc, error, isTie: Math.abs(Number(acc) % PERIOD) === PERIOD / 2 };
  });
  const ties = errors.filter(({ isTie }) => isTie);
  return {
    all: mean(errors),
    ties: mean(ties),
    positiveTies: mean(ties.filter(({ acc }) => acc > 0n)),
  };
}

/** The mean of so many errors as there are: a power of two of them. */
function mean(errors: readonly { readonly error: Dyadic }[]): Dyadic {
  const zero: Dyadic = { numerator: 0n, shift: 0 };
  const sum = errors.reduce(
    (total, { error: { numerator, shift } }) => difference(total, { numerator: -numerator, shift }),
    zero,
  );
  return lowestTerms({ numerator: sum.numerator, shift: sum.shift + Math.log2(errors.length) });
}

/** Whether every mean over both signs is 0. */
function isUnbiased({ all, ties }: Bias): boolean {
  return all.numerator === 0n && ties.numerator === 0n;
}

/** The bias as a property that is measured. */
export function unbiased(subject: Subject): RequantizerProperty {
  return {
    name: 'unbiased',
    sentence: 'The errors of a shift by 4 bits have a mean of 0, over all remainders and over ties.',
    property: null,
    check: () => {
      const bias = biasOf(subject);
      return bias === null
        ? { verdict: 'notApplicable', why: 'no factor of 1/16' }
        : { verdict: 'measured', bias, isUnbiased: isUnbiased(bias) };
    },
  };
}
