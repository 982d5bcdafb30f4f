import { assertNever } from '../core/errors.js';
import { roundingDivideByPot, saturatingRoundingDoublingHighMul } from './gemmlowp.js';
import { INT32, wrap } from './int-format.js';
import type { CodeRange, Requantizer } from './requantizer.js';
import { roundShift } from './rounding.js';

/**
 * Multiplies the accumulator by the requantizer's real factor and rounds: the value before zero point and clamp.
 *
 * Normative: every faster requantizer is tested against it.
 *
 * - `multiplyShift`: `round(acc · multiplier / 2^shift)`, exact, for any accumulator.
 * - `doubleRounding`: TFLite's `MultiplyByQuantizedMultiplier`, default build (`kernels/internal/common.cc` at
 *   tensorflow/tflite-micro@90b983c2b3f1). A left shift wraps in int32 before the multiplication, as it does there.
 * - `shift`: `round(acc / 2^shift)`, exact; negative shifts multiply.
 *
 * @param channel Index into lists of one entry per channel; ignored where one entry serves the whole tensor.
 * @example
 * requantize(-3, { kind: 'multiplyShift', rounding: 'halfUp', multipliers: [2 ** 30], shifts: [31] }, 0); // -1n
 */
export function requantize(acc: bigint | number, requantizer: Requantizer, channel: number): bigint {
  const value = BigInt(acc);
  switch (requantizer.kind) {
    case 'multiplyShift': {
      const product = value * BigInt(entry(requantizer.multipliers, channel));
      return roundShift(product, entry(requantizer.shifts, channel), requantizer.rounding);
    }
    case 'doubleRounding': {
      const leftShift = entry(requantizer.leftShifts, channel);
      const shifted = wrap(value << BigInt(Math.max(leftShift, 0)), INT32);
      const multiplier = BigInt(entry(requantizer.multipliers, channel));
      const high = saturatingRoundingDoublingHighMul(shifted, multiplier);
      return roundingDivideByPot(high, Math.max(-leftShift, 0));
    }
    case 'shift': {
      const shift = entry(requantizer.shifts, channel);
      if (shift < 0) return value << BigInt(-shift);
      return roundShift(value, shift, requantizer.rounding);
    }
    default:
      return assertNever(requantizer);
  }
}

/**
 * Accumulator → output code, always in this order: multiply and round, add the zero point, clamp.
 *
 * The sum with the zero point is exact in our machine. TFLite, ruy and CMSIS-NN add in int32 and wrap, which shows only
 * where the rounded value lies within a zero point of ±2^31 (`zpwrap` rows of the vectors).
 */
export function requantizeToCode(
  acc: bigint | number,
  requantizer: Requantizer,
  channel: number,
  zeroPoint: number,
  clamp: CodeRange,
): number {
  const code = Number(requantize(acc, requantizer, channel) + BigInt(zeroPoint));
  return Math.max(clamp.min, Math.min(clamp.max, code));
}

function entry(list: readonly number[], channel: number): number {
  return list[list.length === 1 ? 0 : channel]!;
}
