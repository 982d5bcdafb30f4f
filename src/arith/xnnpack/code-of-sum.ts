import type { AffineGrid } from '../affine.js';
import { roundHalfAway } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';

/**
 * The end of XNNPACK's reference operators (`quantize`, `src/xnnpack/reference-utils.h` at google/XNNPACK@08563ef09f58): a float32 that holds the
 * zero point already is rounded half away from zero, and saturates.
 */
export function codeOfSum(value: number, { format }: AffineGrid): number {
  return Math.max(minOf(format), Math.min(maxOf(format), roundHalfAway(value)));
}
