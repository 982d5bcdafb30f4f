import { highMultiply, highMultiplyFloor } from '../fixed-point.js';
import { roundingAddends } from '../rounding-addends.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import { saturate32 } from '../saturate.js';
import type { Round } from './round.js';

/**
 * Requantizers that shift to the left, multiply, keep the high half and shift to the right: gemmlowp and Arm's vector
 * instructions, on int32 accumulators.
 *
 * `acc << leftShift` wraps in int32 as those do. The multiplier is in [0, 2^31], so the high half of a product is an
 * int32 without saturation: 2^31 gives back the other operand. The shift to the right adds at most 2^30 to an int32 and
 * scales by a power of two, all exact.
 */
export interface Twice {
  readonly multiplier: number;
  /** 0 … 31. */
  readonly leftShift: number;
  /** 0 … 31. */
  readonly rightShift: number;
}

/** TFLite's shift, of either sign, as a shift to the left before and one to the right after. */
export function bothWays({ multiplier, leftShift }: Pick<Twice, 'multiplier' | 'leftShift'>): Twice {
  return { multiplier, leftShift: Math.max(leftShift, 0), rightShift: Math.max(-leftShift, 0) };
}

/** High half to nearest, ties up; then the mode: gemmlowp with `halfAwayFromZero`, SQRDMULH and SRSHL with `halfUp`. */
export function roundTwice({ multiplier, leftShift, rightShift }: Twice, mode: RoundingMode): Round {
  const [positive, negative] = roundingAddends(mode, rightShift).addends.map(Number) as [number, number];
  const scale = 2 ** -rightShift;
  return (acc) => {
    const high = highMultiply(acc << leftShift, multiplier);
    return Math.floor((high + (high < 0 ? negative : positive)) * scale);
  };
}

/** gemmlowp's two roundings where the sum before the second is kept in int32 and may wrap. */
export function roundTwiceWrapping({ multiplier, leftShift, rightShift }: Twice): Round {
  const { addends } = roundingAddends('halfAwayFromZero', rightShift);
  const [positive, negative] = addends.map(Number) as [number, number];
  return (acc) => {
    const high = highMultiply(acc << leftShift, multiplier);
    return ((high + (high < 0 ? negative : positive)) | 0) >> rightShift;
  };
}

/** SQDMULH, then SRSHL: the high half rounded down, the shift with ties up. The right shift is at least 1. */
export function floorThenUp({ multiplier, leftShift, rightShift }: Twice): Round {
  const up = upAfterFloor(multiplier, rightShift);
  return (acc) => up(acc << leftShift);
}

/** The same after SQSHL, a shift to the left of at most 21 bits that saturates. */
export function saturateFloorThenUp({ multiplier, leftShift, rightShift }: Twice): Round {
  const up = upAfterFloor(multiplier, rightShift);
  const unit = 2 ** leftShift;
  return (acc) => up(saturate32(acc * unit));
}

function upAfterFloor(multiplier: number, rightShift: number): Round {
  const half = 2 ** (rightShift - 1);
  const scale = 2 ** -rightShift;
  return (acc) => Math.floor((highMultiplyFloor(acc, multiplier) + half) * scale);
}
