import { holds as isIn, INT16, INT32, INT48, wrap } from '../int-format.js';
import { tosaMultiplier16, tosaMultiplier32 } from '../multipliers/tosa.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { rightShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';

const stack = 'TOSA';
const source = 'TOSA reference model quant_util.h (2020-2021 text)';

interface RightShifted {
  readonly multiplier: number;
  readonly rightShift: number;
}

/** One rounding, half up. */
const once = (acc: bigint, { multiplier, rightShift }: RightShifted): bigint =>
  roundShift(acc * BigInt(multiplier), rightShift, 'halfUp');

/** gemmlowp's two roundings fused: beyond a shift of 31 the sign decides about another 2^30. */
function twice(acc: bigint, { multiplier, rightShift }: RightShifted): bigint {
  const nudge = rightShift > 31 ? (acc >= 0n ? 1n << 30n : -(1n << 30n)) : 0n;
  return roundShift(acc * BigInt(multiplier) + nudge, rightShift, 'halfUp');
}

type Scale = (acc: bigint, p: RightShifted) => bigint;

/** The specification's conditions of `apply_scale_32`. */
const isIn32 =
  (scale: Scale) =>
  (acc: bigint, p: RightShifted): boolean => {
    const bound = 1n << BigInt(p.rightShift - 1);
    return acc >= -bound && acc < bound && isIn(INT32, scale(acc, p));
  };

const contract = '-2^(s-1) <= acc < 2^(s-1); the rounded value stays in int32';

export const tosaRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'tosa-double',
    stack,
    formula: '(acc * M + 2^(s-1) + (s > 31 ? (acc >= 0 ? 2^30 : -2^30) : 0)) >> s',
    source: `${source} apply_scale_32 with double_round`,
    parameters: rightShifted(2 ** 31 - 1, 2, 62),
    raw: (acc, p) => wrap(twice(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract,
    holds: isIn32(twice),
    derive: tosaMultiplier32,
    equalTo: [{ rule: 'tflite-double', when: '' }],
  }),
  defineRule({
    name: 'tosa-single',
    stack,
    formula: '(acc * M + 2^(s-1)) >> s',
    source: `${source} apply_scale_32 without double_round`,
    parameters: rightShifted(2 ** 31 - 1, 2, 62),
    raw: (acc, p) => wrap(once(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract,
    holds: isIn32(once),
    derive: tosaMultiplier32,
    equalTo: [{ rule: 'tflite-single', when: '' }],
  }),
  defineRule({
    name: 'tosa-16',
    stack,
    formula: '(acc * M + 2^(s-1)) >> s, acc int48, M int16',
    source: `${source} apply_scale_16`,
    accumulator: INT48,
    codes: INT16,
    parameters: rightShifted(2 ** 15 - 1, 2, 62),
    raw: (acc, p) => wrap(once(acc, p), INT32),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, once(acc, p)),
    derive: tosaMultiplier16,
    equalTo: [
      { rule: 'multiply-shift-half-up', when: 'acc is an int32', holds: ({ acc }) => isIn(INT32, acc) },
    ],
  }),
];
