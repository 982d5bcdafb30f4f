import { roundingDivideByPot, saturatingRoundingDoublingHighMul } from '../gemmlowp.js';
import { holds as isIn, INT32, INT48, wrap } from '../int-format.js';
import { quantizeMultiplier, quantizeMultiplierSingle, reduceMultiplier } from '../multipliers/tflite.js';
import { sqdmulh, sqrdmulh, srshl, sshl } from '../neon.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { leftShifted } from './parameters.js';
import type { Parameters, RequantizerRule } from './rule.js';

const stack = 'TensorFlow Lite';
const common = 'tensorflow/tflite-micro@90b983c2b3f1 tensorflow/lite/kernels/internal/common.cc';
const header = 'tensorflow/tflite-micro@90b983c2b3f1 tensorflow/lite/kernels/internal/common.h';

export interface LeftShifted {
  readonly multiplier: number;
  readonly leftShift: number;
}

/** `MultiplyByQuantizedMultiplier` of the default build: gemmlowp's two roundings after a left shift that wraps. */
export function multiplyTwice(acc: bigint, { multiplier, leftShift }: LeftShifted): bigint {
  const shifted = wrap(acc << BigInt(Math.max(leftShift, 0)), INT32);
  const high = saturatingRoundingDoublingHighMul(shifted, BigInt(multiplier));
  return roundingDivideByPot(high, Math.max(-leftShift, 0));
}

/** `MultiplyByQuantizedMultiplier` under TFLITE_SINGLE_ROUNDING, before the result is cut to int32. */
export function multiplyOnce(acc: bigint, { multiplier, leftShift }: LeftShifted): bigint {
  return roundShift(acc * BigInt(multiplier), 31 - leftShift, 'halfUp');
}

/** The int64 overload, before the result is cut to int32: a multiplier of 15 bits, ties up. */
export function multiplyWide(acc: bigint, { multiplier, leftShift }: LeftShifted): bigint {
  return roundShift(acc * BigInt(reduceMultiplier(multiplier)), 15 - leftShift, 'halfUp');
}

/** The accumulator, moved to the left by what the rule moves it, stays in int32. */
export const leftShiftFits = (acc: bigint, { leftShift }: LeftShifted): boolean =>
  isIn(INT32, acc << BigInt(Math.max(leftShift, 0)));

/** NEON and Helium move by one bit more and back, so that the shift after the multiplication always rounds. */
export function multiplyFloorThenUp(acc: bigint, { multiplier, leftShift }: LeftShifted): bigint {
  const right = Math.min(-1, leftShift);
  return srshl(sqdmulh(sshl(acc, leftShift - right), BigInt(multiplier)), right);
}

const movedLeftFits = (acc: bigint, { leftShift }: LeftShifted): boolean =>
  isIn(INT32, acc << BigInt(leftShift - Math.min(-1, leftShift)));

export const leftShiftContract = {
  contract: 'acc << max(s, 0) stays in int32',
  holds: leftShiftFits,
} as const;

export const movedLeftContract = {
  contract: 'acc << (s - r) stays in int32, also where the factor is below 1',
  holds: movedLeftFits,
} as const;

/** TFLite's multiplier where its shift is within reach. */
export function deriveUpTo(mostLeft: number, derivation = quantizeMultiplier) {
  return (factor: number): Parameters | null => {
    const { multiplier, leftShift } = derivation(factor);
    return leftShift > mostLeft ? null : { multiplier, leftShift };
  };
}

export const tfliteRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'tflite-double',
    stack,
    formula: 'RDBPOT(SRDHM32(wrap32(acc << max(s, 0)), M), max(-s, 0))',
    source: `${common} MultiplyByQuantizedMultiplier (default build); google/gemmlowp@16e8662c3491 fixedpoint/fixedpoint.h`,
    parameters: leftShifted(-31, 30),
    raw: multiplyTwice,
    zeroPoint: 'wrap32',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [
      { rule: 'double-rounding', when: '' },
      { rule: 'cmsis-nn-double', when: '' },
      { rule: 'cmsis-nn-mve-double', when: '' },
      { rule: 'esp-nn', when: '' },
      { rule: 'tosa-double', when: '' },
      { rule: 'ethos-u-tfl', when: '' },
      {
        rule: 'tflite-single',
        when: 's >= 0: without a right shift there is one rounding',
        holds: ({ parameters }) => parameters['leftShift']! >= 0,
      },
      {
        rule: 'tflite-neon-double',
        when: 's >= 0: without a second rounding there is no second tie',
        holds: ({ parameters }) => parameters['leftShift']! >= 0,
      },
    ],
  }),
  defineRule({
    name: 'tflite-single',
    stack,
    formula: 'wrap32((acc * M + 2^(t-1)) >> t), t = 31 - s',
    source: `${common} MultiplyByQuantizedMultiplier under TFLITE_SINGLE_ROUNDING`,
    parameters: leftShifted(-31, 30),
    raw: (acc, p) => wrap(multiplyOnce(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyOnce(acc, p)),
    derive: deriveUpTo(30, quantizeMultiplierSingle),
    equalTo: [
      { rule: 'multiply-shift-half-up', when: '' },
      { rule: 'ruy', when: '' },
      { rule: 'cmsis-nn-single', when: '' },
      { rule: 'tvm-upward', when: '' },
      { rule: 'tosa-single', when: '' },
      { rule: 'ethos-u-natural', when: '' },
      { rule: 'tflite-neon-single', when: '' },
      { rule: 'cmsis-nn-mve-single', when: '' },
    ],
  }),
  defineRule({
    name: 'tflite-int64',
    stack,
    formula: 'wrap32((acc * r + 2^(t-1)) >> t), r = M < 0x7FFF0000 ? (M + 2^15) >> 16 : 0x7FFF, t = 15 - s',
    source: `${common} MultiplyByQuantizedMultiplier, int64 overload (both builds)`,
    accumulator: INT48,
    codes: { bits: 16, signed: true },
    parameters: leftShifted(-31, 7),
    raw: (acc, p) => wrap(multiplyWide(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyWide(acc, p)),
    derive: deriveUpTo(7),
    equalTo: [
      {
        rule: 'tosa-16',
        when: 'M is a multiple of 2^16',
        holds: ({ parameters }) => parameters['multiplier']! % 2 ** 16 === 0,
      },
      {
        rule: 'cmsis-nn-s64',
        when: 'the rounded value is below 2^30 in magnitude',
        holds: ({ acc, parameters }) => {
          const raw = multiplyWide(acc, parameters as unknown as LeftShifted);
          return raw < 2n ** 30n && raw > -(2n ** 30n);
        },
      },
    ],
  }),
  defineRule({
    name: 'tflite-neon-double',
    stack: `${stack} (NEON)`,
    formula: 'SRSHL(SQRDMULH(SSHL(acc, max(s, 0)), M), min(s, 0))',
    source: `${header} MultiplyByQuantizedMultiplier4Rows (default build)`,
    parameters: leftShifted(-31, 30),
    raw: (acc, { multiplier, leftShift }) =>
      srshl(sqrdmulh(sshl(acc, Math.max(leftShift, 0)), BigInt(multiplier)), Math.min(leftShift, 0)),
    zeroPoint: 'wrap32',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [
      {
        rule: 'cmsis-nn-mve-single-predicated',
        when: 's < 0',
        holds: ({ parameters }) => parameters['leftShift']! < 0,
      },
    ],
  }),
  defineRule({
    name: 'tflite-neon-single',
    stack: `${stack} (NEON)`,
    formula: 'SRSHL(SQDMULH(SSHL(acc, s - r), M), r), r = min(-1, s)',
    source: `${header} MultiplyByQuantizedMultiplier4Rows under TFLITE_SINGLE_ROUNDING`,
    parameters: leftShifted(-31, 30),
    raw: multiplyFloorThenUp,
    zeroPoint: 'wrap32',
    ...movedLeftContract,
    derive: deriveUpTo(30, quantizeMultiplierSingle),
    equalTo: [{ rule: 'cmsis-nn-mve-single', when: '' }],
  }),
];
