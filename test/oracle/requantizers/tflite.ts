import { congruent } from '../integers.js';
import { reducedTo15Bits } from '../multipliers.js';
import { twiceRounded } from './house.js';
import { placedInInt32, rounded, saturated, shiftedInInt32 } from './registers.js';
import type { Oracle } from './oracle.js';

/** TensorFlow Lite, ruy, CMSIS-NN and ESP-NN: a multiplier in Q0.31 and a shift that is positive to the left. */

type Rescale = (acc: bigint, multiplier: bigint, leftShift: number) => bigint;

/** The rescaled accumulator and the zero point are added in 32 bits. */
const withWrappingZeroPoint =
  (rescale: Rescale): Oracle =>
  ({ acc, parameters, output }) =>
    placedInInt32(rescale(acc, BigInt(parameters['multiplier']!), parameters['leftShift']!), output);

/** One rounding, ties up; a result beyond int32 loses its high bits. */
const onceRounded: Rescale = (acc, multiplier, leftShift) =>
  congruent(rounded(acc * multiplier, 31 - leftShift, 'halfUp'), 32);

const wideOnceRounded: Rescale = (acc, multiplier, leftShift) =>
  congruent(rounded(acc * reducedTo15Bits(Number(multiplier)), 15 - leftShift, 'halfUp'), 32);

/** The value in half units, cut down and cut to 32 bits; then 1 is added in 32 bits and the half unit dropped. */
const wideInHalfUnits: Rescale = (acc, multiplier, leftShift) => {
  const halves = congruent(rounded(acc * reducedTo15Bits(Number(multiplier)), 14 - leftShift, 'floor'), 32);
  return rounded(congruent(halves + 1n, 32), 1, 'floor');
};

/** Arm's doubling multiplication, high half: with or without rounding; saturating. */
const highHalf = (a: bigint, b: bigint, mode: 'floor' | 'halfUp'): bigint =>
  saturated(rounded(2n * a * b, 32, mode), 32);

/** Two roundings, both with ties up. */
const neonDouble: Rescale = (acc, multiplier, leftShift) => {
  const high = highHalf(shiftedInInt32(acc, Math.max(leftShift, 0)), multiplier, 'halfUp');
  return rounded(high, Math.max(-leftShift, 0), 'halfUp');
};

/** One bit at least is left for the rounding shift at the end, so the left shift is that much longer. */
const vectorSingle =
  (mode: 'floor' | 'halfUp'): Rescale =>
  (acc, multiplier, leftShift) => {
    const right = leftShift > -1 ? 1 : -leftShift;
    const high = highHalf(shiftedInInt32(acc, leftShift + right), multiplier, mode);
    return rounded(high, right, 'halfUp');
  };

/** The second rounding adds half a unit in 32 bits, one less below zero, and cuts. */
const espFast: Rescale = (acc, multiplier, leftShift) => {
  const high = rounded(shiftedInInt32(acc, Math.max(leftShift, 0)) * multiplier, 31, 'halfUp');
  if (leftShift >= 0) return high;
  const nudge = 2n ** BigInt(-leftShift - 1) - (high < 0n ? 1n : 0n);
  return rounded(congruent(high + nudge, 32), -leftShift, 'floor');
};

const double = withWrappingZeroPoint(twiceRounded);
const single = withWrappingZeroPoint(onceRounded);

export const tfliteOracles = {
  'tflite-double': double,
  'tflite-single': single,
  'tflite-int64': withWrappingZeroPoint(wideOnceRounded),
  'tflite-neon-double': withWrappingZeroPoint(neonDouble),
  'tflite-neon-single': withWrappingZeroPoint(vectorSingle('floor')),
  ruy: single,
  'cmsis-nn-double': double,
  'cmsis-nn-single': single,
  'cmsis-nn-s64': withWrappingZeroPoint(wideInHalfUnits),
  'cmsis-nn-mve-double': double,
  'cmsis-nn-mve-single': withWrappingZeroPoint(vectorSingle('floor')),
  'cmsis-nn-mve-single-predicated': withWrappingZeroPoint(vectorSingle('halfUp')),
  'esp-nn': double,
  'esp-nn-fast': withWrappingZeroPoint(espFast),
} satisfies Record<string, Oracle>;
