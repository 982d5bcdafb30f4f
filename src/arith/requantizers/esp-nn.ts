import { saturatingRoundingDoublingHighMul } from '../gemmlowp.js';
import { holds as isIn, INT32, wrap } from '../int-format.js';
import { defineRule } from './define.js';
import { leftShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveUpTo, leftShiftContract, leftShiftFits, multiplyTwice, type LeftShifted } from './tflite.js';

const source = 'espressif/esp-nn@d45b843ca5f8 src/common/common_functions.h';

/** The value that the opt-in variant shifts, before the sum is cut to int32. */
function nudged(acc: bigint, { multiplier, leftShift }: LeftShifted): bigint {
  const shifted = wrap(acc << BigInt(Math.max(leftShift, 0)), INT32);
  const high = saturatingRoundingDoublingHighMul(shifted, BigInt(multiplier));
  if (leftShift >= 0) return high;
  return high + (1n << BigInt(-leftShift - 1)) - (high < 0n ? 1n : 0n);
}

export const espNnRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'esp-nn',
    stack: 'ESP-NN',
    formula: 'RDBPOT(SRDHM32(wrap32(acc << max(s, 0)), M), max(-s, 0))',
    source: `${source} esp_nn_multiply_by_quantized_mult`,
    parameters: leftShifted(-31, 30),
    raw: multiplyTwice,
    zeroPoint: 'wrap32',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [{ rule: 'tflite-double', when: '' }],
  }),
  defineRule({
    name: 'esp-nn-fast',
    stack: 'ESP-NN',
    formula: 'wrap32(h + 2^(r-1) - (h < 0)) >> r, h = SRDHM32(wrap32(acc << max(s, 0)), M), r = max(-s, 0)',
    source: `${source} esp_nn_multiply_by_quantized_mult_fast`,
    parameters: leftShifted(-31, 30),
    raw: (acc, p) => wrap(nudged(acc, p), INT32) >> BigInt(Math.max(-p.leftShift, 0)),
    zeroPoint: 'wrap32',
    contract: 'acc << max(s, 0) and h + 2^(r-1) stay in int32',
    holds: (acc, p) => leftShiftFits(acc, p) && isIn(INT32, nudged(acc, p)),
    derive: deriveUpTo(30),
    equalTo: [{ rule: 'esp-nn', when: '' }],
  }),
];
