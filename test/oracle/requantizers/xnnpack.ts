import { fraction, multiply, type Fraction } from 'mathjs';
import { exactly } from '../float32.js';
import { congruent } from '../integers.js';
import { significand15 } from '../multipliers.js';
import { roundRational } from '../rational.js';
import { mantissaOf } from '../floats.js';
import { clampedTo, placed, placedInInt32, rounded, saturated, saturatedToUint8 } from './registers.js';
import type { Oracle } from './oracle.js';

/** XNNPACK and QNNPACK in integers: the significand of a float32 scale is the multiplier. */

const exactProduct = (acc: bigint, scale: number): Fraction =>
  multiply(fraction(acc, 1n), exactly(scale)) as Fraction;

/** One rounding of the exact product, cut to 32 bits. */
const once =
  (mode: 'halfUp' | 'halfAwayFromZero'): Oracle =>
  ({ acc, parameters, output }) =>
    placed(congruent(roundRational(exactProduct(acc, parameters['scale']!), mode), 32), output);

/** One bit at least is left for the rounding shift; what is needed for that goes left first, saturating. */
const rndnuNeon: Oracle = ({ acc, parameters, output }) => {
  const { mantissa, exponent } = mantissaOf(parameters['scale']!);
  const right = -1 - exponent;
  const post = Math.max(right, 1);
  const left = saturated(acc * 2n ** BigInt(post - right), 32);
  const high = rounded(2n * left * mantissa * 128n, 32, 'floor');
  const narrow = saturated(rounded(high, post, 'halfUp'), 16);
  return clampedTo(saturatedToUint8(saturated(narrow + BigInt(output.zeroPoint), 16)), output);
};

/** The accumulator is brought to 16 bits first. */
const rndnu16: Oracle = ({ acc, parameters, output }) => {
  const { multiplier, shift } = significand15(parameters['scale']!);
  const narrow = saturated(saturated(rounded(acc, -shift, 'halfUp'), 32), 16);
  const product = rounded(narrow * multiplier, 15, 'halfUp');
  return clampedTo(saturated(product + BigInt(output.zeroPoint), 16), output);
};

/** TFLite's two roundings with the significand as a multiplier of 31 bits. */
function q31(acc: bigint, scale: number): bigint {
  const { mantissa, exponent } = mantissaOf(scale);
  const high = rounded(acc * mantissa * 128n, 31, 'halfUp');
  return rounded(high, -1 - exponent, 'halfAwayFromZero');
}

const gemmlowp: Oracle = ({ acc, parameters, output }) =>
  placedInInt32(q31(acc, parameters['scale']!), output);

export const xnnpackOracles = {
  'xnnpack-rndnu': once('halfUp'),
  'xnnpack-rndnu-neon': rndnuNeon,
  'xnnpack-rndnu16': rndnu16,
  'xnnpack-rndna': once('halfAwayFromZero'),
  'xnnpack-gemmlowp': gemmlowp,
  'qnnpack-precise': once('halfAwayFromZero'),
  'qnnpack-q31': ({ acc, parameters, output }) => placed(q31(acc, parameters['scale']!), output),
  'qnnpack-gemmlowp': gemmlowp,
} satisfies Record<string, Oracle>;
