import { roundHalfAway } from '../float-rounding.js';
import { logisticOfInt16, tanhOfInt16 } from '../gemmlowp-int16.js';
import { SIGMOID_TABLE } from './sigmoid-table.js';

/**
 * LOGISTIC and TANH of int16 by a table with interpolation (`reference/integer_ops/{logistic,tanh}.h`,
 * `micro/kernels/logistic_common.cc`, `tanh.cc` at tensorflow/tflite-micro@90b983c2b3f1). Zero points are 0, the output scale is
 * 2^−15. The input is brought to units of 1/(3 · 4096): 512 of them are a step of the table for the sigmoid, 256 for tanh.
 */
export interface SigmoidInt16 {
  /** `p = (code · multiplier + half) >> rightShift`, half up. */
  readonly multiplier: number;
  readonly rightShift: number;
}

/** LOGISTIC takes an input scale of 2^−12 as exact. */
export const prepareLogisticInt16 = (inputScale: number): SigmoidInt16 => prepare(inputScale, [-12]);

/** TANH takes input scales of 2^−12 and 2^−11 as exact. */
export const prepareTanhInt16 = (inputScale: number): SigmoidInt16 => prepare(inputScale, [-12, -11]);

/** The factor scale · 4096 · 3 doubles until it has 15 bits, and is then truncated. */
function prepare(inputScale: number, exactPowers: readonly number[]): SigmoidInt16 {
  const power = nearbyPowerOfTwo(inputScale);
  if (power !== null && exactPowers.includes(power))
    return { multiplier: 3 * 2 ** (power + 12), rightShift: 0 };
  let factor = inputScale * 4096 * 3;
  let rightShift = 0;
  for (; factor <= 32767 / 2 && rightShift <= 30; rightShift += 1) factor *= 2;
  return { multiplier: Math.trunc(factor), rightShift };
}

/** `CheckedLog2`: the power of two a scale stands for, where its float32 logarithm is within 0.001 of an integer. */
function nearbyPowerOfTwo(scale: number): number | null {
  const perOctave = Math.fround(1 / Math.fround(Math.log(2)));
  const logarithm = Math.fround(Math.fround(Math.log(scale)) * perOctave);
  const power = roundHalfAway(logarithm);
  return Math.abs(Math.fround(logarithm - power)) < Math.fround(1e-3) ? power : null;
}

export function logisticInt16(code: number, parameters: SigmoidInt16): number {
  const position = positionOf(code, parameters);
  const value = interpolated(position, 9) ?? 0x7fff * 2 ** 10;
  return Math.floor((position >= 0 ? value + 512 : 2 ** 25 - value + 511) / 2 ** 10);
}

export function tanhInt16(code: number, parameters: SigmoidInt16): number {
  const position = positionOf(code, parameters);
  const value = interpolated(position, 8) ?? 0xffff * 2 ** 8;
  return Math.floor((position >= 0 ? value - 2 ** 23 + 128 : 2 ** 23 - value + 127) / 2 ** 8);
}

/**
 * The optimized LOGISTIC and TANH of scales that count as exact are gemmlowp's functions (`optimized_ops::Logistic`, `Tanh`,
 * tensorflow/lite/kernels/internal/optimized/optimized_ops.h at tensorflow/tensorflow@v2.21.0); null for other scales.
 */
export function exactSigmoidInt16(
  kind: 'sigmoid' | 'tanh',
  inputScale: number,
): ((code: number) => number) | null {
  const power = nearbyPowerOfTwo(inputScale);
  if (power === -12) return kind === 'sigmoid' ? logisticOfInt16 : tanhOfInt16;
  if (power === -11 && kind === 'tanh')
    return (code) => tanhOfInt16(Math.max(Math.min(2 * code, 32767), -32768));
  return null;
}

/** In units of 1/(3 · 4096), in int32 as there. */
function positionOf(code: number, { multiplier, rightShift }: SigmoidInt16): number {
  const half = rightShift > 0 ? 2 ** (rightShift - 1) : 0;
  return ((code * multiplier + half) | 0) >> rightShift;
}

/** The table at |position|, `fractionBits` of which lie between two entries; null from its last entry on. */
function interpolated(position: number, fractionBits: number): number | null {
  const distance = Math.abs(position);
  const index = distance >> fractionBits;
  if (index >= SIGMOID_TABLE.length - 1) return null;
  const fraction = distance & (2 ** fractionBits - 1);
  const [low, high] = [SIGMOID_TABLE[index]!, SIGMOID_TABLE[index + 1]!];
  return low * 2 ** fractionBits + fraction * (high - low);
}
