import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import { roundShift, type RoundingMode } from '../../../arith/rounding.js';

/** Inclusive. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** Whether a rule is what a plan says for an accumulator. It is so in an interval around 0: see whether both ends are in it. */
type Holds = (acc: bigint) => boolean;

/**
 * A rule of fixed point where none of its registers overflows: `round((acc · multiplier + offset) / 2^shift)`, where `isTwice`
 * with a rounding at bit 31 before, ties up. It never falls as the accumulator grows.
 */
export interface ProductPlan {
  readonly kind: 'product';
  /** Not negative; of a move to the left and at most 32 bits. */
  readonly multiplier: bigint;
  readonly offset: bigint;
  /** At least 31 where `isTwice`. */
  readonly shift: number;
  readonly mode: RoundingMode;
  readonly isTwice: boolean;
  readonly holds: Holds;
  readonly output: OutputGrid;
}

/** `rne(f32(f32(acc) · scale))`. */
export interface FloatPlan {
  readonly kind: 'float';
  readonly scale: number;
  readonly holds: Holds;
  readonly output: OutputGrid;
}

export type Plan = ProductPlan | FloatPlan;

/** The value before zero point and clamp. */
export function rounded(
  { multiplier, offset, shift, mode, isTwice }: Omit<ProductPlan, 'holds' | 'output'>,
  acc: bigint,
): bigint {
  const product = acc * multiplier + offset;
  return isTwice
    ? roundShift(roundShift(product, 31, 'halfUp'), shift - 31, mode)
    : roundShift(product, shift, mode);
}
