import { assertNever } from '../core/errors.js';
import { INT32, type IntFormat } from './int-format.js';
import type { CodeRange, Requantizer } from './requantizer.js';
import { ruleOf } from './requantizers/registry.js';
import { multiplyTwice } from './requantizers/tflite.js';
import { roundShift } from './rounding.js';

/** Wide enough for every value that a rule can make of an accumulator: a clamp to it changes nothing. */
const UNBOUNDED = { zeroPoint: 0, min: -(2 ** 80), max: 2 ** 80 } as const;

/**
 * Multiplies the accumulator by the requantizer's real factor and rounds: the value before zero point and clamp.
 *
 * Normative: every faster requantizer is tested against it.
 *
 * - `multiplyShift`: `round(acc · multiplier / 2^shift)`, exact, for any accumulator.
 * - `doubleRounding`: gemmlowp's two roundings. A left shift wraps in int32 before the multiplication, as it does there.
 * - `shift`: `round(acc / 2^shift)`, exact; negative shifts multiply.
 * - `stack`: the code under a zero point of 0 and no clamp, as the rule states it.
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
    case 'doubleRounding':
      return multiplyTwice(value, {
        multiplier: entry(requantizer.multipliers, channel),
        leftShift: entry(requantizer.leftShifts, channel),
      });
    case 'shift': {
      const shift = entry(requantizer.shifts, channel);
      if (shift < 0) return value << BigInt(-shift);
      return roundShift(value, shift, requantizer.rounding);
    }
    case 'stack':
      return ruleOf(requantizer.rule).code({
        acc: value,
        parameters: entry(requantizer.channels, channel),
        output: UNBOUNDED,
      });
    default:
      return assertNever(requantizer);
  }
}

/**
 * Accumulator → output code, always in this order: multiply and round, add the zero point, clamp.
 *
 * The sum with the zero point is exact in our machine. TFLite, ruy and CMSIS-NN add in int32 and wrap, which shows only
 * where the rounded value lies within a zero point of ±2^31 (`zpwrap` rows of the vectors); their `stack` rules do that too.
 */
export function requantizeToCode(
  acc: bigint | number,
  requantizer: Requantizer,
  channel: number,
  zeroPoint: number,
  clamp: CodeRange,
): number {
  if (requantizer.kind === 'stack') {
    const output = { zeroPoint, min: clamp.min, max: clamp.max };
    const parameters = entry(requantizer.channels, channel);
    return Number(ruleOf(requantizer.rule).code({ acc: BigInt(acc), parameters, output }));
  }
  const code = Number(requantize(acc, requantizer, channel) + BigInt(zeroPoint));
  return Math.max(clamp.min, Math.min(clamp.max, code));
}

/** What an accumulator may be: int32, or what the rule of a stack says, as the 48 bits of TFLite's sums of int16. */
export function accumulatorOf(requantizer: Requantizer): IntFormat {
  return requantizer.kind === 'stack' ? ruleOf(requantizer.rule).accumulator : INT32;
}

function entry<T>(list: readonly T[], channel: number): T {
  return list[list.length === 1 ? 0 : channel]!;
}
