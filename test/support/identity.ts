import { INT32, maxOf, minOf } from '../../src/arith/int-format.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { POINT_WINDOW, type Window2d } from '../../src/tensor/window.js';

/** An output stage that lets the int32 accumulator through unchanged. */
export const ACCUMULATOR = {
  requantizer: { kind: 'shift', rounding: 'floor', shifts: [0] } satisfies Requantizer,
  outputZeroPoint: 0,
  clamp: { min: minOf(INT32), max: maxOf(INT32) },
} as const;

/** A window of the given kernel that moves by 1 without dilation or padding, with the given exceptions. */
export function windowWith(
  [kernelHeight, kernelWidth]: readonly [number, number],
  exceptions: Partial<Window2d> = {},
): Window2d {
  return {
    ...POINT_WINDOW,
    kernelHeight,
    kernelWidth,
    ...exceptions,
  };
}
