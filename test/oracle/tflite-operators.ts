import { tflite } from './multipliers.js';
import { tfliteOracles } from './requantizers/tflite.js';

/** TensorFlow Lite's integer operators from their sentences, in exact arithmetic but for the factors, which are doubles there too. */

export interface CodesOf {
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

const anyInt32: CodesOf = { zeroPoint: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };

/** An accumulator times a factor, in two roundings, and the zero point, clamped. */
export function rescaled(acc: number, factor: number, output: CodesOf = anyInt32): number {
  const { multiplier, shift } = tflite(factor);
  const parameters = { multiplier: Number(multiplier), leftShift: shift };
  return Number(tfliteOracles['tflite-double']({ acc: BigInt(acc), parameters, output }));
}

/** The same of an int64 accumulator, with 15 bits of the multiplier. */
export function rescaledWide(acc: bigint, factor: number, output: CodesOf): number {
  const { multiplier, shift } = tflite(factor);
  const parameters = { multiplier: Number(multiplier), leftShift: shift };
  return Number(tfliteOracles['tflite-int64']({ acc, parameters, output }));
}

/** What ADD and SUB of 8-bit codes make of two differences from the zero point: both times 2^20, on twice the larger scale. */
export function sumCode(
  [a, b]: readonly [number, number],
  [aScale, bScale]: readonly [number, number],
  sign: 1 | -1,
  outputScale: number,
  output: CodesOf,
  round: (factor: number) => number = (factor) => factor,
): number {
  const twice = round(2 * Math.max(aScale, bScale));
  const left = rescaled(a * 2 ** 20, round(aScale / twice));
  const right = rescaled(b * 2 ** 20, round(bScale / twice));
  return rescaled(left + sign * right, round(twice / (2 ** 20 * outputScale)), output);
}

/** A quotient to the nearest integer, halves away from zero. */
export function nearestAway(numerator: number, denominator: number): number {
  const magnitude = Math.floor((2 * Math.abs(numerator) + denominator) / (2 * denominator));
  return numerator < 0 ? 0 - magnitude : magnitude;
}
