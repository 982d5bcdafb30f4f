import type { AffineGrid } from '../affine.js';
import { roundHalfEven } from '../float-rounding.js';
import { floatScaleToCode } from '../float-scale.js';
import { INT32, maxOf, minOf, saturate, wrap } from '../int-format.js';
import { roundShift } from '../rounding.js';

/**
 * XNNPACK's element-wise int8 operators, scalar microkernels and the initializers of their parameters (google/XNNPACK@75db3c093b6d,
 * `src/qs8-vadd`, `qs8-vmul`, `qs8-vcvt`, `qs8-vlrelu`, `src/microparams-init.c`). Scales are float32 values; every ratio of
 * them is a float32.
 */

/** Bits the larger multiplier of an addition has below its leading one. */
const ADD_MULTIPLIER_BITS = 20;

/**
 * `qs8-vadd`: both inputs get an integer multiplier of at most 21 bits, under one shift that keeps the larger one at full
 * precision; the sum is rounded half up.
 */
export function xnnpackAdd(
  codes: readonly [number, number],
  grids: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  return addMultiples(codes, grids, output, 1);
}

/** A subtraction is an addition whose second multiplier is negative (`xnn_init_qs8_add_minmax_scalar_params`). */
export function xnnpackSubtract(
  codes: readonly [number, number],
  grids: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  return addMultiples(codes, grids, output, -1);
}

/** What `qs8-vadd` multiplies the offset codes by, and the shift that follows; `sign` is that of the second operand. */
export function additionMultipliers(
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
  sign: 1 | -1,
): { readonly multipliers: readonly [number, number]; readonly shift: number } {
  const ratioA = Math.fround(gridA.scale / output.scale);
  const ratioB = Math.fround(gridB.scale / output.scale);
  const shift = ADD_MULTIPLIER_BITS - exponentOf(Math.max(ratioA, ratioB));
  const multiplierA = roundHalfEven(ratioA * 2 ** shift);
  const multiplierB = sign * roundHalfEven(ratioB * 2 ** shift);
  return { multipliers: [multiplierA, multiplierB], shift };
}

function addMultiples(
  [a, b]: readonly [number, number],
  grids: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
  sign: 1 | -1,
): number {
  const { multipliers, shift } = additionMultipliers(grids, output, sign);
  const sum = (a - grids[0].zeroPoint) * multipliers[0] + (b - grids[1].zeroPoint) * multipliers[1];
  const half = 1n << BigInt(shift - 1);
  return offsetCode(wrap(BigInt(sum) + half, INT32) >> BigInt(shift), output);
}

/** `qs8-vmul`: the product of the offset codes through the float scale `f32(f32(sa · sb) / sy)`. */
export function xnnpackMultiply(
  [a, b]: readonly [number, number],
  [gridA, gridB]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): number {
  const scale = Math.fround(Math.fround(gridA.scale * gridB.scale) / output.scale);
  return floatScaleToCode((a - gridA.zeroPoint) * (b - gridB.zeroPoint), scale, output.zeroPoint, {
    min: minOf(output.format),
    max: maxOf(output.format),
  });
}

/** Fraction bits of the multiplier of a conversion; a ratio of scales below 2^−9 becomes 0. */
const CONVERT_FRACTION_BITS = 8;

/** `qs8-vcvt`: requantizes with a multiplier of 8 fraction bits, rounded half up: much coarser than TFLite. */
export function xnnpackConvert(x: number, input: AffineGrid, output: AffineGrid): number {
  return convert(x, Math.fround(input.scale / output.scale), input, output);
}

/** `qs8-vlrelu`: converts, below the zero point with the multiplier of the slope. */
export function xnnpackLeakyRelu(
  x: number,
  negativeSlope: number,
  input: AffineGrid,
  output: AffineGrid,
): number {
  const ratio = Math.fround(input.scale / output.scale);
  const slope = x >= input.zeroPoint ? ratio : Math.fround(ratio * negativeSlope);
  return convert(x, slope, input, output);
}

function convert(x: number, ratio: number, input: AffineGrid, output: AffineGrid): number {
  const multiplier = roundHalfEven(ratio * 2 ** CONVERT_FRACTION_BITS);
  const product = BigInt((x - input.zeroPoint) * multiplier);
  return offsetCode(roundShift(product, CONVERT_FRACTION_BITS, 'halfUp'), output);
}

function offsetCode(rounded: bigint, { zeroPoint, format }: AffineGrid): number {
  return Number(saturate(rounded + BigInt(zeroPoint), format));
}

/** The binary exponent e of a positive float32, 2^e ≤ ratio < 2^(e + 1). Exact, which a logarithm is not. */
function exponentOf(ratio: number): number {
  let exponent = 0;
  for (; 2 ** exponent > ratio; exponent -= 1);
  for (; 2 ** (exponent + 1) <= ratio; exponent += 1);
  return exponent;
}
