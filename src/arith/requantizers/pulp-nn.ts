import { INT32, UINT32, UINT8, wrap } from '../int-format.js';
import { defineRule } from './define.js';
import { clamp } from './output.js';
import { rightShifted, type ParameterSet } from './parameters.js';
import type { RequantizerRule } from './rule.js';

const stack = 'PULP-NN';
const source = 'pulp-platform/pulp-nn@288d06b7e36e';

interface Normalization {
  readonly multiplier: number;
  readonly lambda: number;
  readonly rightShift: number;
}

/** A multiplier, an offset in the units of the product, and a shift: batch normalization in integers. */
function normalization(largestLambda: number, mostShift: number): ParameterSet<keyof Normalization> {
  const [multiplier, rightShift] = rightShifted(2 ** 31 - 1, 0, mostShift).specs;
  return {
    specs: [
      { ...multiplier!, name: 'multiplier' },
      {
        name: 'lambda',
        type: 'integer',
        min: -largestLambda,
        max: largestLambda,
        meaning: 'added to the product before the shift; rounding offsets are folded into it',
      },
      { ...rightShift!, name: 'rightShift' },
    ],
    factor: (p) => ({ multiplier: BigInt(p.multiplier), rightShift: p.rightShift }),
    withFactor: (factor) => {
      const same = rightShifted(2 ** 31 - 1, 0, mostShift).withFactor(factor);
      return same === null ? null : { ...same, lambda: 0 };
    },
  };
}

const normalized = (acc: bigint, p: Normalization): bigint => acc * BigInt(p.multiplier) + BigInt(p.lambda);

const exact = (acc: bigint, p: Normalization) => ({
  numerator: normalized(acc, p),
  shift: p.rightShift,
});

/**
 * `pulp_nn_add_quant_u8`: two codes scaled and added, shifted as uint32, kept in uint16 and only then clamped. A sum of 65536 and
 * more wraps, a negative one counts as huge.
 */
export function addQuantU8(
  [pixel1, pixel2]: readonly [bigint, bigint],
  [multiplier1, multiplier2]: readonly [bigint, bigint],
  shift: number,
): bigint {
  const sum = wrap(pixel1 * multiplier1 + pixel2 * multiplier2, UINT32);
  return clamp((sum >> BigInt(shift)) & 0xffffn, 0n, 255n);
}

export const pulpNnRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'pulp-nn-32',
    stack,
    formula: 'clamp(wrap32(wrap32(k * acc) + lambda) >> d)',
    source: `${source} 32bit/src/pulp_nn_utils.c pulp_nn_bn_quant_u8`,
    codes: UINT8,
    parameters: normalization(2 ** 31 - 1, 31),
    raw: (acc, p) =>
      wrap(wrap(acc * BigInt(p.multiplier), INT32) + BigInt(p.lambda), INT32) >> BigInt(p.rightShift),
    zeroPoint: 'none',
    contract: 'k * acc + lambda stays in int32',
    holds: (acc, p) => wrap(normalized(acc, p), INT32) === normalized(acc, p),
    exact,
    equalTo: [
      { rule: 'pulp-nn-64', when: 'lambda = 0', holds: ({ parameters }) => parameters['lambda'] === 0 },
    ],
  }),
  defineRule({
    name: 'pulp-nn-64',
    stack,
    formula: 'clamp(wrap32((k * acc + lambda) >> d))',
    source: `${source} 64bit/src/pulp_nn_utils.c pulp_nn_bn_quant_u8`,
    codes: UINT8,
    parameters: normalization(2 ** 53 - 1, 62),
    raw: (acc, p) => wrap(normalized(acc, p) >> BigInt(p.rightShift), INT32),
    zeroPoint: 'none',
    contract: 'the shifted value stays in int32',
    holds: (acc, p) => {
      const raw = normalized(acc, p) >> BigInt(p.rightShift);
      return wrap(raw, INT32) === raw;
    },
    exact,
    equalTo: [
      {
        rule: 'multiply-shift-floor',
        when: 'lambda = 0',
        holds: ({ parameters }) => parameters['lambda'] === 0,
      },
    ],
  }),
  defineRule({
    name: 'pulp-nn-quant',
    stack,
    formula: 'clamp((m * acc) >> d)',
    source: `${source} pulp_nn_quant_u8 (declared there, not defined)`,
    codes: UINT8,
    parameters: rightShifted(2 ** 31 - 1, 0, 31),
    raw: (acc, p) => (acc * BigInt(p.multiplier)) >> BigInt(p.rightShift),
    zeroPoint: 'none',
    contract: 'm * acc stays in int32',
    holds: (acc, p) => {
      const product = acc * BigInt(p.multiplier);
      return wrap(product, INT32) === product;
    },
    equalTo: [{ rule: 'multiply-shift-floor', when: '' }],
  }),
];
