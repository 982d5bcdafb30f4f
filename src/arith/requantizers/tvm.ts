import { holds as isIn, INT32 } from '../int-format.js';
import { tvmMultiplier } from '../multipliers/tflite.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { leftShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveUpTo, multiplyOnce, type LeftShifted } from './tflite.js';

const source = 'apache/tvm src/relay/qnn/utils.cc (read, not run)';

const away = (acc: bigint, { multiplier, leftShift }: LeftShifted): bigint =>
  roundShift(acc * BigInt(multiplier), 31 - leftShift, 'halfAwayFromZero');

export const tvmRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'tvm-tonearest',
    stack: 'TVM QNN',
    formula: '(p + 2^(t-1) - (p < 0)) >> t, p = (acc << max(s, 0)) * M in 64 bits, t = 31 + max(-s, 0)',
    source: `${source} FixedPointMultiplyToNearest`,
    parameters: leftShifted(-31, 30),
    raw: away,
    zeroPoint: 'exact',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, away(acc, p)),
    derive: deriveUpTo(30, tvmMultiplier),
    equalTo: [{ rule: 'multiply-shift-half-away-from-zero', when: '' }],
  }),
  defineRule({
    name: 'tvm-upward',
    stack: 'TVM QNN',
    formula: '(p + 2^(t-1)) >> t, p = (acc << max(s, 0)) * M in 64 bits, t = 31 + max(-s, 0)',
    source: `${source} rounding UPWARD`,
    parameters: leftShifted(-31, 30),
    raw: multiplyOnce,
    zeroPoint: 'exact',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyOnce(acc, p)),
    derive: deriveUpTo(30, tvmMultiplier),
    equalTo: [{ rule: 'multiply-shift-half-up', when: '' }],
  }),
];
