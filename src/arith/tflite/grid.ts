import type { AffineGrid } from '../affine.js';
import { INT32, saturate, wrap } from '../int-format.js';

/** The affine grid of a tensor with one scale, a float32 value. */
export type Grid = AffineGrid;

/** The code of a rescaled value: the zero point is added in int32, which wraps, then the format's range clamps. */
export function codeOn({ zeroPoint, format }: Grid, rescaled: bigint): number {
  return Number(saturate(wrap(rescaled + BigInt(zeroPoint), INT32), format));
}

/** `code − zeroPoint`, in int32. */
export function offsetFrom({ zeroPoint }: Grid, code: number): bigint {
  return BigInt(code - zeroPoint);
}
