import { assert, assertNever } from '../core/errors.js';
import type { Requantizer, RequantizerStyle } from './requantizer.js';
import { roundShift } from './rounding.js';

/** A non-negative real as `multiplier · 2^(leftShift − 31)`, multiplier in [2^30, 2^31), or (0, 0) for zero. */
export interface QuantizedMultiplier {
  readonly multiplier: number;
  readonly leftShift: number;
}

/**
 * TFLite's `QuantizeMultiplier` (`kernels/internal/quantization_util.cc` at tensorflow/tflite-micro@90b983c2b3f1): the
 * 31-bit mantissa of a double, rounded half away from zero. Factors below 2^−32 are flushed to zero.
 *
 * @example
 * quantizeMultiplier(0.1); // { multiplier: 1717986918, leftShift: -3 }
 */
export function quantizeMultiplier(factor: number): QuantizedMultiplier {
  assert(factor >= 0 && factor < Infinity, 'a factor is finite and not negative', { factor });
  if (factor === 0) return { multiplier: 0, leftShift: 0 };
  const { mantissa, exponent } = frexp(factor);
  const multiplier = Number(roundShift(BigInt(mantissa * 2 ** 53), 53 - 31, 'halfAwayFromZero'));
  if (multiplier === 2 ** 31) return flushed({ multiplier: 2 ** 30, leftShift: exponent + 1 });
  return flushed({ multiplier, leftShift: exponent });
}

function flushed(quantized: QuantizedMultiplier): QuantizedMultiplier {
  return quantized.leftShift < -31 ? { multiplier: 0, leftShift: 0 } : quantized;
}

/**
 * A requantizer of the style whose real factors approximate `factors`, one per channel or one for the whole tensor.
 *
 * - `single`: one rounding, half up, 31-bit multipliers. Factors below 2^31.
 * - `double`: gemmlowp's two roundings. Factors below 2^30, the largest left shift of that code.
 * - `shift`: factors are exact powers of two up to 2^31; half up.
 *
 * Factors below 2^−32 become zero (`shift`: below 2^−62, which gives 0 for every int32 too). A factor the style cannot
 * express is an `InvariantError`: whoever chose the scales promised otherwise.
 */
export function requantizerFor(factors: readonly number[], style: RequantizerStyle): Requantizer {
  switch (style) {
    case 'single': {
      const quantized = quantizedBelow(factors, 31);
      return {
        kind: 'multiplyShift',
        rounding: 'halfUp',
        multipliers: quantized.map(({ multiplier }) => multiplier),
        shifts: quantized.map(({ leftShift }) => 31 - leftShift),
      };
    }
    case 'double': {
      const quantized = quantizedBelow(factors, 30);
      return {
        kind: 'doubleRounding',
        multipliers: quantized.map(({ multiplier }) => multiplier),
        leftShifts: quantized.map(({ leftShift }) => leftShift),
      };
    }
    case 'shift':
      return { kind: 'shift', rounding: 'halfUp', shifts: factors.map(rightShiftOf) };
    default:
      return assertNever(style);
  }
}

function quantizedBelow(factors: readonly number[], largestLeftShift: number): QuantizedMultiplier[] {
  return factors.map((factor) => {
    const quantized = quantizeMultiplier(factor);
    assert(quantized.leftShift <= largestLeftShift, `a factor is below 2^${largestLeftShift}`, { factor });
    return quantized;
  });
}

function rightShiftOf(factor: number): number {
  assert(factor > 0 && factor < Infinity, 'a factor is positive and finite', { factor });
  const { mantissa, exponent } = frexp(factor);
  const shift = 1 - exponent;
  assert(mantissa === 0.5, 'a factor of a pure shift is a power of two', { factor });
  assert(shift >= -31, 'a factor is at most 2^31', { factor });
  return Math.min(shift, 62);
}

/** C's `frexp`: positive finite `x = mantissa · 2^exponent` with mantissa in [1/2, 1). Every step is exact. */
function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= 1; exponent += 1) mantissa /= 2;
  for (; mantissa < 0.5; exponent -= 1) mantissa *= 2;
  return { mantissa, exponent };
}
