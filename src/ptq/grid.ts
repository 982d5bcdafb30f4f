import { assert } from '../core/errors.js';
import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import { codeToReal, realToCode } from '../arith/affine.js';
import type { ValueType } from '../ir/graph.js';
import type { RealRange } from '../ir/ops/real-range.js';
import type { CodeRange } from '../arith/requantizer.js';

/** An affine grid for a whole tensor: real = scale · (code − zeroPoint). Scales are float32 numbers, so any runtime can hold them. */
export interface Grid {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly format: IntFormat;
}

/** Which scales a grid may have: any, or powers of two only (white paper 2.2.2). */
export type ScaleRule = 'free' | 'powerOfTwo';

/** Below this a tensor counts as constantly zero. */
const SMALLEST_RANGE = 1e-8;

/** The range of an activation that calibration only saw at zero: nothing is known of it, and a grid must not be vanishingly fine. */
const RANGE_OF_ZERO = 1;

/**
 * The asymmetric grid of a range (white paper 2.2, `s = (max − min) / (2^bits − 1)`): zero is widened into the range and
 * lies on the grid exactly. A power-of-two rule rounds the scale up, so nothing inside the range is clipped: every real
 * number there is at most half a step from a code.
 */
export function asymmetricGrid(range: RealRange, format: IntFormat, rule: ScaleRule): Grid {
  const low = Math.min(range.min, 0);
  const observedHigh = Math.max(range.max, 0);
  const high = observedHigh - low < SMALLEST_RANGE ? low + RANGE_OF_ZERO : observedHigh;
  const smallestCode = minOf(format);
  const largestCode = maxOf(format);
  const scale = permittedScale((high - low) / (largestCode - smallestCode), rule);
  const nearest = Math.round(smallestCode - low / scale) + 0; // never -0, which JSON would not keep
  const zeroPoint = Math.min(Math.max(nearest, smallestCode), largestCode);
  return { scale, zeroPoint, format };
}

/** The symmetric narrow grid that reaches ±`magnitude`: codes ±(2^(bits−1) − 1), zero point 0 (white paper 2.2.1). */
export function symmetricScale(magnitude: number, bits: number, rule: ScaleRule): number {
  return permittedScale(Math.max(magnitude, SMALLEST_RANGE) / (2 ** (bits - 1) - 1), rule);
}

export function largestMagnitude(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** A positive scale as float32, or the next power of two. */
export function permittedScale(scale: number, rule: ScaleRule): number {
  assert(scale > 0 && scale < Infinity, 'a scale is positive and finite', { scale });
  return rule === 'free' ? Math.fround(scale) : nextPowerOfTwo(scale);
}

/** The smallest power of two that is at least `value` (a positive double in float32's range). */
function nextPowerOfTwo(value: number): number {
  const nearest = 2 ** Math.round(Math.log2(value));
  return nearest < value ? 2 * nearest : nearest;
}

/** What a real number becomes on the grid and back: the fake quantization of white paper eq. 7. */
export function onGrid(value: number, { scale, zeroPoint, format }: Grid): number {
  return codeToReal(realToCode(value, scale, zeroPoint, format), scale, zeroPoint);
}

export function typeOfGrid({ scale, zeroPoint, format }: Grid): ValueType {
  return { kind: 'int', format, quantization: { scales: [scale], zeroPoint, axis: null } };
}

/** The codes a fused activation leaves: its real bounds on the grid, within the format. */
export function clampOfGrid(grid: Grid, activation: RealRange | null): CodeRange {
  const { scale, zeroPoint, format } = grid;
  return {
    min: realToCode(activation?.min ?? -Infinity, scale, zeroPoint, format),
    max: realToCode(activation?.max ?? Infinity, scale, zeroPoint, format),
  };
}
