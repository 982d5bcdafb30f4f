import { assertNever } from '../core/errors.js';
import type { RuleName } from './requantizers/names.js';
import type { Parameters } from './requantizers/rule.js';
import type { RoundingMode } from './rounding.js';

/**
 * How an int32 accumulator becomes an output code.
 *
 * One closed union; every member is stated exactly by `requantizeToCode` (`./requantize.ts`). Lists hold one entry for the
 * whole tensor or one per output channel. Real factor of a member: what the accumulator is multiplied by.
 */
export type Requantizer = GenericRequantizer | StackRequantizer;

/** The families that bitmac's own quantization makes: parameters in lists, the sum with the zero point exact. */
export type GenericRequantizer = MultiplyShift | DoubleRounding | ShiftOnly;

/**
 * The requantizer of a stack, bit for bit: a rule of the registry (`./requantizers/registry.ts`) with its parameters. What
 * the stack does differently around the rounding (a sum with the zero point that wraps, a float32 product) is part of it.
 */
export interface StackRequantizer {
  readonly kind: 'stack';
  readonly rule: RuleName;
  readonly channels: readonly Parameters[];
}

/**
 * One rounding: `round(acc · multiplier / 2^shift)` in exact arithmetic. Factor `multiplier / 2^shift`.
 *
 * With `halfUp` and 31-bit multipliers this is TFLite's single rounding, ruy, TOSA `RESCALE` and XNNPACK rndnu.
 */
export interface MultiplyShift {
  readonly kind: 'multiplyShift';
  readonly rounding: RoundingMode;
  /** Non-negative integers below 2^31. */
  readonly multipliers: readonly number[];
  /** Right shifts, 0 … 62. */
  readonly shifts: readonly number[];
}

/**
 * Two roundings, as gemmlowp and TFLite's default build do: a saturating rounding doubling high multiply (half up), then
 * a rounding divide by a power of two (half away from zero). Factor `multiplier · 2^(leftShift − 31)`.
 */
export interface DoubleRounding {
  readonly kind: 'doubleRounding';
  /** Integers in [0, 2^31). */
  readonly multipliers: readonly number[];
  /** TFLite's `shift`: positive to the left, −31 … 30. */
  readonly leftShifts: readonly number[];
}

/** Power-of-two scales: `round(acc / 2^shift)`; a negative shift goes to the left, exactly. Factor `2^−shift`. */
export interface ShiftOnly {
  readonly kind: 'shift';
  readonly rounding: RoundingMode;
  /** Right shifts, −31 … 62. */
  readonly shifts: readonly number[];
}

/** The family a recipe asks for; `requantizerFor` derives the parameters from real factors. */
export type RequantizerStyle = 'single' | 'double' | 'shift';

/** Inclusive bounds of output codes. */
export interface CodeRange {
  readonly min: number;
  readonly max: number;
}

/** How many channels the requantizer distinguishes: 1 where every channel shares the parameters. */
export function channelCount(requantizer: Requantizer): number {
  switch (requantizer.kind) {
    case 'multiplyShift':
    case 'shift':
      return requantizer.shifts.length;
    case 'doubleRounding':
      return requantizer.leftShifts.length;
    case 'stack':
      return requantizer.channels.length;
    default:
      return assertNever(requantizer);
  }
}
