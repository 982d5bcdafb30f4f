import { roundHalfEven } from './affine.js';

/**
 * The float32 multiplication of the float-scale requantizers: the accumulator becomes a float32 (ties to even), the
 * product another. Both roundings are part of the rule. `acc` must be exact in a double.
 */
export function multiplyInFloat32(acc: bigint, scale: number): number {
  return Math.fround(Math.fround(Number(acc)) * scale);
}

/** The nearest integer of a finite double, ties to even, as an integer of any width. */
export function nearestEven(value: number): bigint {
  return BigInt(roundHalfEven(value));
}
