import { assertNever } from '../../../core/errors.js';
import type { ApOverflow } from '../../../arith/requantizers/names.js';
import { clamp } from '../saturate.js';
import type { Round } from './round.js';

/** `ap_fixed<W, …, O, N>`: the parameters of the destination, as in `arith/requantizers/ap-fixed.ts`. */
export interface Destination {
  readonly droppedBits: number;
  readonly bits: number;
  readonly isSigned: number;
  readonly saturatedBits: number;
}

/**
 * What happens to a rounded value outside W bits, W <= 32. Rounded values are exact integers of at most 48 bits, so
 * whether they fit is a comparison; where they wrap, only their low 32 bits count, and `| 0` keeps those.
 */
export function withOverflow(round: Round, destination: Destination, mode: ApOverflow): Round {
  const { isSigned, saturatedBits, bits } = destination;
  const { lowest, highest } = endsOf(destination);
  switch (mode) {
    case 'sat':
      return (acc) => clamp(round(acc), lowest, highest);
    case 'sat-sym':
      return (acc) => clamp(round(acc), isSigned === 1 ? -highest : 0, highest);
    case 'sat-zero':
      return (acc) => {
        const value = round(acc);
        return value >= lowest && value <= highest ? value : 0;
      };
    case 'wrap':
      return saturatedBits === 0
        ? wrapTo(round, bits, isSigned)
        : wrapSaturating(round, destination, lowest, highest);
    case 'wrap-sm':
      return wrapSignMagnitude(round, destination, lowest, highest);
    default:
      return assertNever(mode);
  }
}

/** The least and the largest value of the destination. */
export function endsOf({ bits, isSigned }: Destination): {
  readonly lowest: number;
  readonly highest: number;
} {
  return { lowest: isSigned === 1 ? -(2 ** (bits - 1)) : 0, highest: 2 ** (bits - isSigned) - 1 };
}

/** The low `bits` of the low word, reread in the format. */
function reread(word: number, bits: number, isSigned: number): number {
  const unused = 32 - bits;
  return isSigned === 1 ? (word << unused) >> unused : (word << unused) >>> unused;
}

function wrapTo(round: Round, bits: number, isSigned: number): Round {
  return (acc) => reread(round(acc) | 0, bits, isSigned);
}

/** AP_WRAP with N >= 1: the top N bits are set by the sign of the source, the same for every source of a sign. */
function wrapSaturating(
  round: Round,
  { bits, isSigned, saturatedBits }: Destination,
  lowest: number,
  highest: number,
): Round {
  const signBit = 1 << (bits - 1);
  let top = 0;
  for (let k = 0; k < Math.min(saturatedBits, bits); k += 1) top |= 1 << (bits - 1 - k);
  const ofNegative = isSigned === 1 ? signBit : top;
  const ofPositive = isSigned === 1 ? top & ~signBit : top;
  return (acc) => {
    const value = round(acc);
    if (value >= lowest && value <= highest) return value;
    return reread(((value | 0) & ~top) | (acc < 0 ? ofNegative : ofPositive), bits, isSigned);
  };
}

/** AP_WRAP_SM: a new sign bit; where it differs from the one there, all bits are inverted. */
function wrapSignMagnitude(
  round: Round,
  { droppedBits, bits, isSigned, saturatedBits }: Destination,
  lowest: number,
  highest: number,
): Round {
  const signBit = 1 << (bits - 1);
  const unitOfDeleted = 2 ** -(droppedBits + bits); // bit W of the source in units of the destination: the lowest deleted
  return (acc) => {
    const value = round(acc);
    if (value >= lowest && value <= highest) return value;
    const isNegative = saturatedBits === 0 ? (Math.floor(acc * unitOfDeleted) & 1) === 1 : acc < 0;
    const word = value | 0;
    const inverted = isNegative === ((word & signBit) !== 0) ? word : ~word;
    return reread(isNegative ? inverted | signBit : inverted & ~signBit, bits, isSigned);
  };
}
