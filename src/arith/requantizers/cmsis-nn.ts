import { roundingDivideByPot } from '../gemmlowp.js';
import { holds as isIn, INT32, INT48, wrap } from '../int-format.js';
import { quantizeMultiplierSingle, reduceMultiplier } from '../multipliers/tflite.js';
import { sqadd, sqrdmulh, srshl, sshl } from '../neon.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { leftShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import {
  deriveUpTo,
  leftShiftContract,
  movedLeftContract,
  multiplyFloorThenUp,
  multiplyOnce,
} from './tflite.js';

const stack = 'CMSIS-NN';
const source = 'ARM-software/CMSIS-NN@99f736a63036 Include/arm_nnsupportfunctions.h';

export const cmsisNnRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'cmsis-nn-double',
    stack,
    formula: 'RDBPOT(wrap32((wrap32(acc << max(s, 0)) * M + 2^30) >> 31), max(-s, 0))',
    source: `${source} arm_nn_requantize (C)`,
    parameters: leftShifted(-31, 30),
    raw: (acc, { multiplier, leftShift }) => {
      const shifted = wrap(acc << BigInt(Math.max(leftShift, 0)), INT32);
      const high = wrap(roundShift(shifted * BigInt(multiplier), 31, 'halfUp'), INT32);
      return roundingDivideByPot(high, Math.max(-leftShift, 0));
    },
    zeroPoint: 'wrap32',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [
      { rule: 'tflite-double', when: '' },
      { rule: 'cmsis-nn-mve-double', when: '' },
    ],
  }),
  defineRule({
    name: 'cmsis-nn-single',
    stack,
    formula: 'wrap32(((acc * M >> (t-1)) + 1) >> 1), t = 31 - s',
    source: `${source} arm_nn_requantize (C) under CMSIS_NN_USE_SINGLE_ROUNDING`,
    parameters: leftShifted(-31, 30),
    raw: (acc, { multiplier, leftShift }) =>
      wrap((((acc * BigInt(multiplier)) >> BigInt(30 - leftShift)) + 1n) >> 1n, INT32),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyOnce(acc, p)),
    derive: deriveUpTo(30, quantizeMultiplierSingle),
    equalTo: [{ rule: 'tflite-single', when: '' }],
  }),
  defineRule({
    name: 'cmsis-nn-s64',
    stack,
    formula: 'wrap32(wrap32((acc * r) >> (14 - s)) + 1) >> 1, r as in tflite-int64',
    source: `${source} arm_nn_requantize_s64 with REDUCE_MULTIPLIER`,
    accumulator: INT48,
    codes: { bits: 16, signed: true },
    parameters: leftShifted(-31, 7),
    raw: (acc, { multiplier, leftShift }) => {
      const product = acc * BigInt(reduceMultiplier(multiplier));
      return wrap(wrap(product >> BigInt(14 - leftShift), INT32) + 1n, INT32) >> 1n;
    },
    zeroPoint: 'wrap32',
    contract: 'the rounded value is below 2^30 in magnitude: twice it is held in int32',
    holds: (acc, { multiplier, leftShift }) =>
      isIn(INT32, ((acc * BigInt(reduceMultiplier(multiplier))) >> BigInt(14 - leftShift)) + 1n),
    derive: deriveUpTo(7),
    equalTo: [{ rule: 'tflite-int64', when: '' }],
  }),
  defineRule({
    name: 'cmsis-nn-mve-double',
    stack: `${stack} (Helium)`,
    formula: 'SRSHL(SQADD(h, s < 0 and h < 0 ? -1 : 0), min(s, 0)), h = SQRDMULH(SSHL(acc, max(s, 0)), M)',
    source: `${source} arm_requantize_mve`,
    parameters: leftShifted(-31, 30),
    raw: (acc, { multiplier, leftShift }) => {
      const high = sqrdmulh(sshl(acc, Math.max(leftShift, 0)), BigInt(multiplier));
      return srshl(sqadd(high, leftShift < 0 && high < 0n ? -1n : 0n), Math.min(leftShift, 0));
    },
    zeroPoint: 'wrap32',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [{ rule: 'cmsis-nn-double', when: '' }],
  }),
  defineRule({
    name: 'cmsis-nn-mve-single',
    stack: `${stack} (Helium)`,
    formula: 'SRSHL(SQDMULH(SSHL(acc, s - r), M), r), r = min(-1, s)',
    source: `${source} arm_requantize_mve under CMSIS_NN_USE_SINGLE_ROUNDING`,
    parameters: leftShifted(-31, 30),
    raw: multiplyFloorThenUp,
    zeroPoint: 'wrap32',
    ...movedLeftContract,
    derive: deriveUpTo(30, quantizeMultiplierSingle),
    equalTo: [{ rule: 'tflite-neon-single', when: '' }],
  }),
  defineRule({
    name: 'cmsis-nn-mve-single-predicated',
    stack: `${stack} (Helium, tail lanes)`,
    formula: 'SRSHL(SQRDMULH(SSHL(acc, s - r), M), r), r = min(-1, s)',
    source: `${source} arm_requantize_mve_pred under CMSIS_NN_USE_SINGLE_ROUNDING`,
    parameters: leftShifted(-31, 30),
    raw: (acc, { multiplier, leftShift }) => {
      const right = Math.min(-1, leftShift);
      return srshl(sqrdmulh(sshl(acc, leftShift - right), BigInt(multiplier)), right);
    },
    zeroPoint: 'wrap32',
    ...movedLeftContract,
    derive: deriveUpTo(30, quantizeMultiplierSingle),
    equalTo: [
      {
        rule: 'tflite-neon-double',
        when: 's < 0',
        holds: ({ parameters }) => parameters['leftShift']! < 0,
      },
    ],
  }),
];
