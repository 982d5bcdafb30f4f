import { frexp } from '../float-bits.js';
import { roundShift } from '../rounding.js';

/** `factor ≈ multiplier / 2^rightShift`. */
export type RightShiftedMultiplier = { readonly multiplier: number; readonly rightShift: number };

/** Where the shift does not fit 6 bits, Vela writes no scale at all. */
const NO_SCALE: RightShiftedMultiplier = { multiplier: 0, rightShift: 16 };

/**
 * Vela's `quantise_scale` (nxp-imx/ethos-u-vela@a6f65663db12 ethosu/vela/scaling.py): the 31-bit mantissa of a positive double,
 * half away from zero, without the renormalisation of TFLite, so that 1 − 2^−32 gives 2^31.
 *
 * @example
 * velaScale(1 - 2 ** -32); // { multiplier: 2147483648, rightShift: 31 }
 */
export function velaScale(factor: number): RightShiftedMultiplier {
  const { mantissa, exponent } = frexp(factor);
  const multiplier = Number(roundShift(BigInt(mantissa * 2 ** 53), 53 - 31, 'halfAwayFromZero'));
  const rightShift = 31 - exponent;
  return rightShift < 0 || rightShift > 63 ? NO_SCALE : { multiplier, rightShift };
}

/** Vela's `reduced_quantise_scale`, for int16 inputs: 16 bits less, half up, at most 32767. */
export function velaReducedScale(factor: number): RightShiftedMultiplier {
  const { multiplier, rightShift } = velaScale(factor);
  return {
    multiplier: multiplier < 32767 * 2 ** 16 ? Math.floor((multiplier + 2 ** 15) / 2 ** 16) : 32767,
    rightShift: rightShift - 16,
  };
}
