import { holds as isIn, INT32 } from '../int-format.js';
import { velaScale } from '../multipliers/vela.js';
import { roundShift, type RoundingMode } from '../rounding.js';
import { defineRule } from './define.js';
import { rightShifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { leftShiftFits, multiplyTwice, type LeftShifted } from './tflite.js';

const stack = 'Arm Ethos-U';
const source =
  'nxp-imx/ethos-u-vela@a6f65663db12 ethosu/vela/api.py NpuRoundingMode (the compiler’s definitions; hardware not executed)';

interface RightShifted {
  readonly multiplier: number;
  readonly rightShift: number;
}

/** The scale register has 32 bits: Vela writes 2^31 for factors that round up to a power of two. */
const parameters = rightShifted(2 ** 31, 0, 62);

const asLeftShift = ({ multiplier, rightShift }: RightShifted): LeftShifted => ({
  multiplier,
  leftShift: 31 - rightShift,
});

const once =
  (mode: RoundingMode) =>
  (acc: bigint, { multiplier, rightShift }: RightShifted): bigint =>
    roundShift(acc * BigInt(multiplier), rightShift, mode);

const staysInInt32 = (mode: RoundingMode) => ({
  contract: 'the rounded value stays in int32',
  holds: (acc: bigint, p: RightShifted): boolean => isIn(INT32, once(mode)(acc, p)),
});

/** Vela's scale; where the shift would have to be to the left, Vela writes none. */
const derive = (factor: number) => (factor < 2 ** 31 ? velaScale(factor) : null);

export const ethosURules: readonly RequantizerRule[] = [
  defineRule({
    name: 'ethos-u-tfl',
    stack,
    formula: 'tflite-double with s = 31 - shift',
    source,
    parameters,
    raw: (acc, p) => multiplyTwice(acc, asLeftShift(p)),
    zeroPoint: 'exact',
    contract: 'acc << max(31 - shift, 0) stays in int32; the scale is below 2^31',
    holds: (acc, p) => p.multiplier < 2 ** 31 && leftShiftFits(acc, asLeftShift(p)),
    derive,
    equalTo: [
      {
        rule: 'double-rounding',
        when: 'shift >= 1',
        holds: ({ parameters: p }) => p['rightShift']! >= 1,
      },
    ],
  }),
  defineRule({
    name: 'ethos-u-truncate',
    stack,
    formula: 'toward zero: acc * scale / 2^shift',
    source,
    parameters,
    raw: once('towardZero'),
    zeroPoint: 'exact',
    ...staysInInt32('towardZero'),
    derive,
    equalTo: [
      {
        rule: 'multiply-shift-toward-zero',
        when: 'scale < 2^31',
        holds: ({ parameters: p }) => p['multiplier']! < 2 ** 31,
      },
    ],
  }),
  defineRule({
    name: 'ethos-u-natural',
    stack,
    formula: '(acc * scale + 2^(shift-1)) >> shift',
    source,
    parameters,
    raw: once('halfUp'),
    zeroPoint: 'exact',
    ...staysInInt32('halfUp'),
    derive,
    equalTo: [
      {
        rule: 'multiply-shift-half-up',
        when: 'scale < 2^31',
        holds: ({ parameters: p }) => p['multiplier']! < 2 ** 31,
      },
    ],
  }),
];
