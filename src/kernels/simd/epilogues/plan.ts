import { roundHalfAway, roundHalfEven } from '../../../arith/float-rounding.js';
import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import { roundShift, type RoundingMode } from '../../../arith/rounding.js';
import { nearestOfMacro, nearestProduct } from '../../fast/requantizers/float-scale.js';

/** Inclusive. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** `round((acc · multiplier + offset) / 2^shift)`, where `isTwice` with a rounding at bit 31 before, ties up. */
export interface ProductValue {
  readonly kind: 'product';
  /** Not negative; at most 31 significant bits. */
  readonly multiplier: bigint;
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
   * anything to ask: see whether both ends are in it.
   */
  readonly holds: (acc: bigint) => boolean;
  readonly output: OutputGrid;
}

/** The value before zero point and clamp. */
export function rounded(value: Plan['value'], acc: bigint): bigint {
  switch (value.kind) {
    case 'float32': {
      const round = value.rounding === 'macro' ? nearestOfMacro : nearestProduct;
      return BigInt(round(value.scale)(Number(acc)));
    }
    case 'float64': {
      const sum = Number(acc) * value.scale + value.addedBefore;
      return BigInt(value.mode === 'halfEven' ? roundHalfEven(sum) : roundHalfAway(sum));
    }
    default: {
      const { multiplier, offset, shift, mode, isTwice } = value;
      const product = acc * multiplier + offset;
      return isTwice
        ? roundShift(roundShift(product, 31, 'halfUp'), shift - 31, mode)
        : roundShift(product, shift, mode);
    }
  }
}
