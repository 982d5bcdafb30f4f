import { holds as isIn, INT32, wrap } from '../int-format.js';
import { quantizeMultiplierSingle } from '../multipliers/tflite.js';
import { defineRule } from './define.js';
import { leftShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveUpTo, multiplyOnce } from './tflite.js';

export const ruyRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'ruy',
    stack: 'ruy',
    formula: 'wrap32((acc * M + 2^(t-1)) >> t), t = 31 - s',
    source: 'google/ruy@2af888636148 ruy/apply_multiplier.cc MultiplyByQuantizedMultiplier',
    parameters: leftShifted(-31, 7),
    raw: (acc, p) => wrap(multiplyOnce(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyOnce(acc, p)),
    derive: deriveUpTo(7, quantizeMultiplierSingle),
    equalTo: [{ rule: 'tflite-single', when: '' }],
  }),
];
