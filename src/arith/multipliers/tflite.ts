import { assert } from '../../core/errors.js';
import { frexp } from '../float-bits.js';
import { roundShift, type RoundingMode } from '../rounding.js';

/** A non-negative real as `multiplier · 2^(leftShift − 31)`, multiplier in [2^30, 2^31), or (0, 0) for zero. */
export interface QuantizedMultiplier {
  readonly multiplier: number;
  readonly leftShift: number;
}

/** The 31-bit mantissa of a positive double, rounded; 2^31 becomes 2^30 with the next exponent. */
function mantissa31(factor: number, ties: RoundingMode): QuantizedMultiplier {
  assert(factor >= 0 && factor < Infinity, 'a factor is finite and not negative', { factor });
  if (factor === 0) return { multiplier: 0, leftShift: 0 };
  const { mantissa, exponent } = frexp(factor);
  const multiplier = Number(roundShift(BigInt(mantissa * 2 ** 53), 53 - 31, ties));
  return multiplier === 2 ** 31
    ? { multiplier: 2 ** 30, leftShift: exponent + 1 }
    : { multiplier, leftShift: exponent };
}

function flushed(quantized: QuantizedMultiplier): QuantizedMultiplier {
  return quantized.leftShift < -31 ? { multiplier: 0, leftShift: 0 } : quantized;
}

/**
 * TFLite's `QuantizeMultiplier` (`kernels/internal/quantization_util.cc` at tensorflow/tflite-micro@90b983c2b3f1): the
 * 31-bit mantissa of a double, rounded half away from zero. Factors below 2^−32 are flushed to zero.
 *
 * `QuantizeMultiplierGreaterThanOne` and `QuantizeMultiplierSmallerThanOneExp` are the same function on factors above 1 and
 * in (0, 1).
 *
 * @example
 * quantizeMultiplier(0.1); // { multiplier: 1717986918, leftShift: -3 }
 */
export function quantizeMultiplier(factor: number): QuantizedMultiplier {
  return flushed(mantissa31(factor, 'halfAwayFromZero'));
}

/**
 * The same in builds with TFLITE_SINGLE_ROUNDING: factors of 2^30 and more saturate.
 *
 * @example
 * quantizeMultiplierSingle(2 ** 40); // { multiplier: 2147483647, leftShift: 30 }
 */
export function quantizeMultiplierSingle(factor: number): QuantizedMultiplier {
  const quantized = quantizeMultiplier(factor);
  return quantized.leftShift > 30 ? { multiplier: 2 ** 31 - 1, leftShift: 30 } : quantized;
}

/** The same in builds with TFLITE_EMULATE_FLOAT, which work on the bits of the double: ties go down. */
export function quantizeMultiplierEmulated(factor: number): QuantizedMultiplier {
  return flushed(mantissa31(factor, 'halfDown'));
}

/** TVM's `GetFixedPointMultiplierShift` (apache/tvm src/relay/qnn/utils.cc; read, not run): nothing is flushed to zero. */
export function tvmMultiplier(factor: number): QuantizedMultiplier {
  return mantissa31(factor, 'halfAwayFromZero');
}

/** The 15-bit multiplier that 16-bit kernels make of a 31-bit one at run time (`MultiplyByQuantizedMultiplier`, int64). */
export function reduceMultiplier(multiplier: number): number {
  return multiplier < 0x7fff0000 ? (multiplier + 2 ** 15) >> 16 : 0x7fff;
}
