import { INT32, wrap } from '../int-format.js';
import {
  quantizeMultiplier,
  quantizeMultiplierSingle,
  type QuantizedMultiplier,
} from '../multipliers/tflite.js';
import type { Requantizer } from '../requantizer.js';
import { multiplyOnce, multiplyTwice, multiplyWide } from '../requantizers/tflite.js';

/**
 * The two ways TFLite is compiled (tensorflow/tflite-micro@90b983c2b3f1): its requantizer rounds twice by default, once
 * with `TFLITE_SINGLE_ROUNDING`. A few constants of other operators depend on it as well.
 */
export type TfliteBuild = 'double' | 'single';

export const TFLITE_BUILDS: readonly TfliteBuild[] = ['double', 'single'];

/** `QuantizeMultiplier` of a build: the one that rounds once has no left shift above 30 and saturates there. */
export function quantizeMultiplierFor(factor: number, build: TfliteBuild): QuantizedMultiplier {
  return build === 'double' ? quantizeMultiplier(factor) : quantizeMultiplierSingle(factor);
}

/** The requantizer of a build with given parameters, one per channel or one for the whole tensor. */
export function requantizerOf(quantized: readonly QuantizedMultiplier[], build: TfliteBuild): Requantizer {
  const multipliers = quantized.map(({ multiplier }) => multiplier);
  return build === 'double'
    ? { kind: 'doubleRounding', multipliers, leftShifts: quantized.map(({ leftShift }) => leftShift) }
    : {
        kind: 'multiplyShift',
        rounding: 'halfUp',
        multipliers,
        shifts: quantized.map(({ leftShift }) => 31 - leftShift),
      };
}

/** The requantizer of a build whose real factors approximate `factors`. */
export function requantizerOfFactors(factors: readonly number[], build: TfliteBuild): Requantizer {
  return requantizerOf(
    factors.map((factor) => quantizeMultiplierFor(factor, build)),
    build,
  );
}

/**
 * `MultiplyByQuantizedMultiplier` for an int32 operand (`kernels/internal/common.cc`): `x · multiplier · 2^(leftShift − 31)`,
 * rounded as the build does; the result wraps in int32.
 *
 * @example
 * multiplyByQuantizedMultiplier(1n, 2 ** 30, -1, 'double'); // 1n: 1/4 → 1/2 → 1
 * multiplyByQuantizedMultiplier(1n, 2 ** 30, -1, 'single'); // 0n
 */
export function multiplyByQuantizedMultiplier(
  x: bigint,
  multiplier: number,
  leftShift: number,
  build: TfliteBuild,
): bigint {
  const multiply = build === 'double' ? multiplyTwice : multiplyOnce;
  return wrap(multiply(x, { multiplier, leftShift }), INT32);
}

/**
 * `MultiplyByQuantizedMultiplier` for an int64 operand, |x| < 2^47, the same in both builds: the multiplier is first rounded
 * to 15 bits, then the product is rounded half up, once. Left shifts −31 … 7; the result wraps in int32.
 *
 * @example
 * multiplyInt64ByQuantizedMultiplier(3n, 2 ** 30, 0); // 2n: 1.5 ties up
 */
export function multiplyInt64ByQuantizedMultiplier(x: bigint, multiplier: number, leftShift: number): bigint {
  return wrap(multiplyWide(x, { multiplier, leftShift }), INT32);
}
