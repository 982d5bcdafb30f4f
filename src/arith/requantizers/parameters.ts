import { decomposeFloat } from '../float-bits.js';
import { bitLength } from '../integer-math.js';
import type { Factor, ParameterSpec, Parameters } from './rule.js';

/** Sets of parameters that many stacks share, and how each expresses a factor. */
export interface ParameterSet<Name extends string> {
  readonly specs: readonly (ParameterSpec & { readonly name: Name })[];
  readonly factor: (parameters: Readonly<Record<Name, number>>) => Factor;
  readonly withFactor: (factor: Factor) => Parameters | null;
}

const LARGEST_INT32 = 2 ** 31 - 1;

function integer<Name extends string>(name: Name, min: number, max: number, meaning: string) {
  return { name, type: 'integer', min, max, meaning } as const;
}

/** TFLite's convention: `acc · multiplier · 2^(leftShift − 31)`, a positive shift to the left. */
export function leftShifted(fewest: number, most: number): ParameterSet<'multiplier' | 'leftShift'> {
  return {
    specs: [
      integer('multiplier', 0, LARGEST_INT32, 'the factor in Q0.31'),
      integer('leftShift', fewest, most, 'to the left where positive'),
    ],
    factor: ({ multiplier, leftShift }) => ({ multiplier: BigInt(multiplier), rightShift: 31 - leftShift }),
    withFactor: (factor) => {
      const fitted = fit(factor, LARGEST_INT32);
      if (fitted === null || 31 - fitted.rightShift < fewest || 31 - fitted.rightShift > most) return null;
      return { multiplier: Number(fitted.multiplier), leftShift: 31 - fitted.rightShift };
    },
  };
}

/** `acc · multiplier / 2^rightShift`, multipliers up to `largest`. */
export function rightShifted(
  largest: number,
  fewest: number,
  most: number,
): ParameterSet<'multiplier' | 'rightShift'> {
  return {
    specs: [
      integer('multiplier', 0, largest, 'the factor before the shift'),
      integer('rightShift', fewest, most, 'bits dropped after the multiplication'),
    ],
    factor: ({ multiplier, rightShift }) => ({ multiplier: BigInt(multiplier), rightShift }),
    withFactor: (factor) => {
      const fitted = fit(factor, largest);
      if (fitted === null || fitted.rightShift < fewest || fitted.rightShift > most) return null;
      return { multiplier: Number(fitted.multiplier), rightShift: fitted.rightShift };
    },
  };
}

/** `acc / 2^shift`: no multiplier. */
export function shifted(fewest: number, most: number): ParameterSet<'shift'> {
  return {
    specs: [integer('shift', fewest, most, 'bits dropped; to the left where negative')],
    factor: ({ shift }) => ({ multiplier: 1n, rightShift: shift }),
    withFactor: (factor) => {
      const shift = powerOfTwo(factor);
      return shift === null || shift < fewest || shift > most ? null : { shift };
    },
  };
}

/**
 * A float32 scale in [min, max]. Its 24-bit mantissa is the multiplier; a rule that works on the mantissa moved up by
 * `widenBits` says so, because where it rounds twice that is another requantizer.
 */
export function scaled(min: number, max: number, widenBits = 0): ParameterSet<'scale'> {
  return {
    specs: [{ name: 'scale', type: 'float32', min, max, meaning: 'the factor, a float32' }],
    factor: ({ scale }) => {
      const { mantissa, exponent } = decomposeFloat(scale, 24);
      return { multiplier: mantissa << BigInt(widenBits), rightShift: widenBits - exponent };
    },
    withFactor: (factor) => {
      const scale = doubleOf(factor);
      return scale !== null && Math.fround(scale) === scale && scale >= min && scale <= max
        ? { scale }
        : null;
    },
  };
}

/** A double in [min, max]. Its 53-bit mantissa is the multiplier. */
export function scaledInFloat64(min: number, max: number): ParameterSet<'scale'> {
  return {
    specs: [{ name: 'scale', type: 'float64', min, max, meaning: 'the factor, a float64' }],
    factor: ({ scale }) => {
      const { mantissa, exponent } = decomposeFloat(scale, 53);
      return { multiplier: mantissa, rightShift: -exponent };
    },
    withFactor: (factor) => {
      const scale = doubleOf(factor);
      return scale !== null && scale >= min && scale <= max ? { scale } : null;
    },
  };
}

/** The factor as a double; null where its multiplier has more than 53 significant bits. */
function doubleOf({ multiplier, rightShift }: Factor): number | null {
  const double = Number(multiplier);
  return BigInt(double) === multiplier ? double * 2 ** -rightShift : null;
}

/** The same factor with a multiplier of at most `largest`: moved right while that drops zeros only. */
function fit({ multiplier, rightShift }: Factor, largest: number): Factor | null {
  let [fitted, shift] = [multiplier, rightShift];
  for (; fitted > BigInt(largest) && fitted % 2n === 0n; shift -= 1) fitted /= 2n;
  return fitted > BigInt(largest) || fitted < 0n ? null : { multiplier: fitted, rightShift: shift };
}

/** The right shift that is this factor; null where it is no power of two. */
export function powerOfTwo({ multiplier, rightShift }: Factor): number | null {
  const bits = bitLength(multiplier) - 1;
  return multiplier === 1n << BigInt(bits) ? rightShift - bits : null;
}
