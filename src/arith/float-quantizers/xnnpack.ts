import type { AffineGrid } from '../affine.js';
import { roundHalfEven } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';

/**
 * XNNPACK's float32 → int8 microkernels (`f32-qs8-vcvt`, scalar, at google/XNNPACK@75db3c093b6d). All multiply by the float32
 * inverse of the scale, clamp before rounding, round half to even and add the zero point last; they differ in how they round, and
 * give the same code. The value is a float32, no NaN.
 */

/** Adds 1.5 · 2^23 in float32, whose last place is 1; the clamp makes the sum stay in that binade. */
const MAGIC = 1.5 * 2 ** 23;

/** `lrintf`: the conversion instruction rounds. */
export function xnnpackQuantizeLrintf(x: number, grid: AffineGrid): number {
  return roundHalfEven(bounded(x, grid)) + grid.zeroPoint;
}

/** `fmagic`: the float32 addition of a magic bias rounds, and its low bits are the integer. */
export function xnnpackQuantizeFmagic(x: number, grid: AffineGrid): number {
  const biased = Math.fround(bounded(x, grid) + MAGIC);
  return bitsOf(biased) - (bitsOf(MAGIC) - grid.zeroPoint);
}

/** `imagic`: the same addition first, on the unclamped value; the clamp compares bit patterns as integers. */
export function xnnpackQuantizeImagic(x: number, grid: AffineGrid): number {
  const biased = bitsOf(Math.fround(stepsOf(x, grid) + MAGIC));
  const { least, most } = stepRange(grid);
  const inside = Math.max(bitsOf(MAGIC + least), Math.min(bitsOf(MAGIC + most), biased));
  return inside - (bitsOf(MAGIC) - grid.zeroPoint);
}

function stepsOf(x: number, { scale }: AffineGrid): number {
  return Math.fround(x * Math.fround(1 / scale));
}

/** The codes' range less the zero point. */
function stepRange({ zeroPoint, format }: AffineGrid): { readonly least: number; readonly most: number } {
  return { least: minOf(format) - zeroPoint, most: maxOf(format) - zeroPoint };
}

function bounded(x: number, grid: AffineGrid): number {
  const { least, most } = stepRange(grid);
  return Math.max(least, Math.min(most, stepsOf(x, grid)));
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The bit pattern of a float32, read as an int32. */
function bitsOf(value: number): number {
  float[0] = value;
  return bits[0]!;
}
