import { quantizeMultiplier } from '../multipliers/tflite.js';
import { kebabCase, ROUNDING_MODES, roundShift, roundShiftStochastic } from '../rounding.js';
import { frexp } from '../float-bits.js';
import { defineRule } from './define.js';
import type { KebabCase } from './names.js';
import { leftShifted, rightShifted, shifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveUpTo, leftShiftContract, multiplyTwice } from './tflite.js';
import type { RoundingMode } from '../rounding.js';

const stack = 'exact';
const source = 'definition (white paper 2.2; rounding modes as in docs/reference/rounding.md)';

/** `acc / 2^shift`; to the left where the shift is negative, exactly. */
const shift = (acc: bigint, bits: number, mode: RoundingMode): bigint =>
  bits < 0 ? acc << BigInt(-bits) : roundShift(acc, bits, mode);

/** The shift that a power of two asks for; null of other factors. Beyond 62 every int32 gives what 62 gives. */
export function deriveShift(factor: number): { readonly shift: number } | null {
  const { mantissa, exponent } = frexp(factor);
  return mantissa === 0.5 && exponent <= 32 ? { shift: Math.min(1 - exponent, 62) } : null;
}

function deriveMultiplyShift(
  factor: number,
): { readonly multiplier: number; readonly rightShift: number } | null {
  const { multiplier, leftShift } = quantizeMultiplier(factor);
  return leftShift > 31 ? null : { multiplier, rightShift: 31 - leftShift };
}

const perMode = (mode: RoundingMode): RequantizerRule[] => {
  const name = kebabCase(mode) as KebabCase<RoundingMode>;
  return [
    defineRule({
      name: `shift-${name}`,
      stack,
      formula: `${name}(acc / 2^shift)`,
      source,
      parameters: shifted(-31, 62),
      raw: (acc, p) => shift(acc, p.shift, mode),
      zeroPoint: 'exact',
      derive: deriveShift,
    }),
    defineRule({
      name: `multiply-shift-${name}`,
      stack,
      formula: `${name}(acc * M / 2^shift)`,
      source,
      parameters: rightShifted(2 ** 31 - 1, 0, 62),
      raw: (acc, p) => roundShift(acc * BigInt(p.multiplier), p.rightShift, mode),
      zeroPoint: 'exact',
      derive: deriveMultiplyShift,
      equalTo: [
        {
          rule: `shift-${name}`,
          when: 'M is a power of two',
          holds: ({ parameters }) => Number.isInteger(Math.log2(parameters['multiplier']!)),
        },
      ],
    }),
  ];
};

/** Our own families: exact arithmetic throughout, the sum with the zero point included. */
export const houseRules: readonly RequantizerRule[] = [
  ...ROUNDING_MODES.flatMap(perMode),
  defineRule({
    name: 'shift-stochastic',
    stack,
    formula: '(acc + random) >> shift',
    source: 'definition; random is uniform in [0, 2^shift)',
    parameters: {
      ...shifted(0, 53),
      specs: [
        { name: 'shift', type: 'integer', min: 0, max: 53, meaning: 'bits dropped' },
        {
          name: 'random',
          type: 'integer',
          min: 0,
          max: 2 ** 53 - 1,
          meaning: 'the number drawn, below 2^shift',
        },
      ],
      withFactor: () => null,
    },
    raw: (acc, p: { readonly shift: number; readonly random: number }) =>
      roundShiftStochastic(acc, p.shift, BigInt(p.random)),
    zeroPoint: 'exact',
    contract: 'random < 2^shift',
    holds: (_, p) => p.random < 2 ** p.shift,
  }),
  defineRule({
    name: 'double-rounding',
    stack,
    formula: 'RDBPOT(SRDHM32(wrap32(acc << max(s, 0)), M), max(-s, 0)), the zero point added exactly',
    source: 'google/gemmlowp@16e8662c3491 fixedpoint/fixedpoint.h, as TFLite’s default build combines it',
    parameters: leftShifted(-31, 30),
    raw: multiplyTwice,
    zeroPoint: 'exact',
    ...leftShiftContract,
    derive: deriveUpTo(30),
    equalTo: [{ rule: 'tflite-double', when: '' }],
  }),
];
