import { frexp } from '../float-bits.js';
import { bitLength } from '../integer-math.js';
import { roundShift } from '../rounding.js';
import type { RightShiftedMultiplier } from './vela.js';

/**
 * MLIR's `computeMultiplierAndShift` (llvm/llvm-project@3d1687c2ecf2 mlir/lib/Dialect/Tosa/Utils/QuantUtils.cpp): the mantissa of a
 * positive double with 31 or 15 fraction bits, half away from zero, renormalised. Shifts beyond 62 move the multiplier down
 * instead, by at most 31.
 */
function mantissaAndShift(factor: number, fractionBits: number): RightShiftedMultiplier {
  const { mantissa, exponent } = frexp(factor);
  const rounded = Number(roundShift(BigInt(mantissa * 2 ** 53), 53 - fractionBits, 'halfAwayFromZero'));
  const carries = rounded === 2 ** fractionBits;
  const multiplier = carries ? rounded / 2 : rounded;
  const rightShift = fractionBits - exponent - (carries ? 1 : 0);
  return rightShift <= 62
    ? { multiplier, rightShift }
    : { multiplier: Math.floor(multiplier / 2 ** Math.min(31, rightShift - 62)), rightShift: 62 };
}

/** Of `apply_scale_32`. Null where the left shift would be more than the specification allows. */
export function tosaMultiplier32(factor: number): RightShiftedMultiplier {
  return mantissaAndShift(factor, 31);
}

/** Of `apply_scale_16`. */
export function tosaMultiplier16(factor: number): RightShiftedMultiplier {
  return mantissaAndShift(factor, 15);
}

/**
 * `reciprocal_scale` of the reference model (2020-2021 text of quant_util.h): `1 / count` for AVG_POOL, as a multiplier for a
 * right shift of single rounding. `count` is a positive uint32.
 */
export function reciprocalScale(count: number): RightShiftedMultiplier {
  const bits = count === 1 ? 0 : bitLength(BigInt(count - 1));
  const multiplier = (((1n << 30n) + 1n) << BigInt(bits)) / BigInt(count);
  return { multiplier: Number(multiplier), rightShift: 30 + bits };
}
