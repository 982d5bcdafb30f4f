import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import type { RoundingMode } from '../../../arith/rounding.js';

/** Inclusive; integers. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** `round((acc · multiplier + offset) / 2^shift)`, where `isTwice` with a rounding at bit 31 before, ties up. */
export interface ProductValue {
  readonly kind: 'product';
  /** Not negative; at most 31 significant bits. */
  readonly multiplier: number;
  readonly offset: bigint;
  /** At least 31 where `isTwice`. */
  readonly shift: number;
  readonly mode: RoundingMode;
  readonly isTwice: boolean;
}

/** `f32(f32(acc) · scale)`, to nearest, ties to even, or as the macro of Gemmini's C model rounds, which is no monotone function. */
export interface Float32Value {
  readonly kind: 'float32';
  readonly scale: number;
  readonly rounding: 'nearest' | 'macro';
}

/** `round(f64(f64(acc · scale) + addedBefore))`, ties to even or away from zero. */
export interface Float64Value {
  readonly kind: 'float64';
  readonly scale: number;
  readonly addedBefore: number;
  readonly mode: 'halfEven' | 'halfAwayFromZero';
}

/**
 * A rule as it is where none of its registers overflows: a value made by one formula, the zero point and a clamp.
 */
export interface Plan<Value = ProductValue | Float32Value | Float64Value> {
  readonly value: Value;
  /**
   * Whether the rule is that for an accumulator. It is so in an interval around 0, as the value never falls where there is
   * anything to ask: see whether both ends are in it. It may say no where the ends of a register are near.
   */
  readonly holds: (acc: number) => boolean;
  readonly output: OutputGrid;
}

/** The real value that is rounded: less than 2 off in int32 and about it, and as much as a float32 is. */
export function roughly(value: Plan['value'], acc: number): number {
  return value.kind === 'product'
    ? (acc * value.multiplier + Number(value.offset)) * 2 ** -value.shift
    : acc * value.scale;
}
