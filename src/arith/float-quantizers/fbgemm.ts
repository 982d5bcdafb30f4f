import { roundHalfEven } from '../float-rounding.js';
import { INT32, maxOf, minOf, wrap, type IntFormat } from '../int-format.js';
import type { AffineGrid } from '../affine.js';

/**
 * FBGEMM's `Quantize` (`include/fbgemm/QuantUtils.h` at pytorch/FBGEMM@71d6f8b229d9), scalar code: multiplies by the float32
 * inverse of the scale, rounds half to even, adds the zero point in float32, clamps. PyTorch's per-tensor quantization on x86.
 *
 * @param x A float32, no NaN.
 * @example
 * fbgemmQuantize(0.273939937, { scale: 0.00214854861, zeroPoint: 0, format: UINT8 }); // 128; dividing gives 127
 */
export function fbgemmQuantize(x: number, { scale, zeroPoint, format }: AffineGrid): number {
  const rounded = roundHalfEven(stepsOf(x, scale));
  return clamped(Math.fround(zeroPoint + rounded), format);
}

/** Largest float32 that an int32 conversion takes: 2^31 − 128. */
const LARGEST_CONVERTED = 2 ** 31 - 128;

/**
 * The same in AVX2 (`QuantizeAvx2`, `src/QuantUtilsAvx2.cc`): converts to int32 before the zero point is added, in int32. Values
 * too large are cut to 2^31 − 128 first, but a zero point above 127 then wraps the sum to the other end of the range.
 */
export function fbgemmQuantizeAvx2(x: number, { scale, zeroPoint, format }: AffineGrid): number {
  const bounded = Math.max(minOf(INT32), Math.min(LARGEST_CONVERTED, stepsOf(x, scale)));
  const sum = wrap(BigInt(roundHalfEven(bounded) + zeroPoint), INT32);
  return clamped(Number(sum), format);
}

function stepsOf(x: number, scale: number): number {
  return Math.fround(x * Math.fround(1 / scale));
}

function clamped(value: number, format: IntFormat): number {
  return Math.max(minOf(format), Math.min(maxOf(format), value));
}
