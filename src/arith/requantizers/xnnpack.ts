import { multiplyInFloat32, nearestEven } from '../float-scale.js';
import { roundingDivideByPot, saturatingRoundingDoublingHighMul } from '../gemmlowp.js';
import { holds as isIn, INT16, INT32, saturate, UINT32, UINT8, wrap } from '../int-format.js';
import { splitScale, splitScale16 } from '../multipliers/xnnpack.js';
import { sqdmulh, sqshl, srshl } from '../neon.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { clamp } from './output.js';
import { scaled } from './parameters.js';
import type { OutputGrid, Parameters, RequantizerRule } from './rule.js';

const stack = 'XNNPACK';
const today = 'google/XNNPACK@75db3c093b6d src/xnnpack/requantization.h';
const removed = 'google/XNNPACK@25dad7634725 (the last commit that had it)';

const LEAST = 2 ** -32;
const MOST = 2 ** 8 * (1 - 2 ** -24); // the largest float32 below 256
const BELOW_1 = 1 - 2 ** -24;

export interface Scaled {
  readonly scale: number;
}

/** The factor itself, as the nearest float32, where that is in [2^−32, most]. */
export function deriveScale(most: number, least = LEAST) {
  return (factor: number): Parameters | null => {
    const scale = Math.fround(factor);
    return scale >= least && scale <= most ? { scale } : null;
  };
}

export const floatScale = (acc: bigint, { scale }: Scaled): bigint =>
  nearestEven(multiplyInFloat32(acc, scale));

/** Half up, once, on the 24-bit mantissa, before the result is cut to int32. */
function multiplyMantissa(acc: bigint, { scale }: Scaled): bigint {
  const { mantissa, shift } = splitScale(scale);
  return roundShift(acc * mantissa, shift, 'halfUp');
}

/** Half away from zero on the magnitude, as an uint32 before the cut. */
export function magnitudeAway(acc: bigint, { scale }: Scaled): bigint {
  const { mantissa, shift } = splitScale(scale);
  return roundShift((acc < 0n ? -acc : acc) * mantissa, shift, 'halfUp');
}

export const awayFromMantissa = (acc: bigint, p: Scaled): bigint => {
  const magnitude = wrap(magnitudeAway(acc, p), UINT32);
  return wrap(acc < 0n ? -magnitude : magnitude, INT32);
};

/** gemmlowp's two roundings on the mantissa widened to Q0.31; scales below 1. */
export function doubleOnMantissa(acc: bigint, { scale }: Scaled): bigint {
  const { mantissa, shift } = splitScale(scale);
  return roundingDivideByPot(saturatingRoundingDoublingHighMul(acc, mantissa << 7n), shift - 24);
}

/** How far the NEON kernel shifts before the multiplication (to the left) and after it (to the right). */
export function neonShifts(scale: number): {
  readonly multiplier: bigint;
  readonly pre: number;
  readonly post: number;
} {
  const { mantissa, shift } = splitScale(scale);
  const post = Math.max(shift - 24, 1);
  return { multiplier: mantissa << 7n, pre: post - (shift - 24), post };
}

/** The NEON kernels narrow step by step: int16, the sum with the zero point in int16, then uint8. */
function narrow({ zeroPoint, min, max }: OutputGrid, raw: bigint): bigint {
  const sum = saturate(saturate(raw, INT16) + BigInt(zeroPoint), INT16);
  return clamp(saturate(sum, UINT8), BigInt(min), BigInt(max));
}

/** The accumulator moved to about 16 bits, before it is cut to them. */
function moved16(acc: bigint, scale: number): bigint {
  const { exponent } = splitScale16(scale);
  return exponent >= 0 ? saturate(acc << BigInt(exponent), INT32) : roundShift(acc, -exponent, 'halfUp');
}

export const xnnpackRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'xnnpack-fp32',
    stack,
    formula: 'rne(clamp(f32(f32(acc) * scale), qmin - zp, qmax - zp)) + zp',
    source: `${today}; qs8 and qu8 gemm microkernels`,
    parameters: scaled(LEAST, MOST),
    raw: floatScale,
    zeroPoint: 'exact',
    derive: deriveScale(MOST),
    equalTo: [
      { rule: 'onnxruntime', when: '' },
      { rule: 'fbgemm-float', when: '' },
      { rule: 'pytorch', when: '' },
      {
        rule: 'qnnpack-fp32',
        when: 'scale < 1',
        holds: ({ parameters }) => parameters['scale']! < 1,
      },
      {
        rule: 'gemmini-scale',
        when: 'zp = 0',
        holds: ({ output }) => output.zeroPoint === 0,
      },
    ],
  }),
  defineRule({
    name: 'xnnpack-rndnu',
    stack,
    formula:
      't = wrap32((acc * m + 2^(sh-1)) >> sh), scale = m * 2^-sh with 24-bit m; clamp(t, qmin - zp, qmax - zp) + zp',
    source: `${today} (scalar)`,
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: (acc, p) => wrap(multiplyMantissa(acc, p), INT32),
    zeroPoint: 'exact',
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, multiplyMantissa(acc, p)),
    derive: deriveScale(MOST),
    equalTo: [
      { rule: 'multiply-shift-half-up', when: '' },
      { rule: 'xnnpack-rndnu-neon', when: '' },
    ],
  }),
  defineRule({
    name: 'xnnpack-rndnu-neon',
    stack: `${stack} (NEON)`,
    formula:
      't = SRSHL(SQDMULH(SQSHL(acc, pre), m << 7), -post), post = max(sh - 24, 1), pre = post - (sh - 24); clamp(satu8(sat16(sat16(t) + zp)))',
    source: 'google/XNNPACK@75db3c093b6d qu8-gemm rndnu neon_mlal_lane microkernels',
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: (acc, { scale }) => {
      const { multiplier, pre, post } = neonShifts(scale);
      return srshl(sqdmulh(sqshl(acc, pre), multiplier), -post);
    },
    zeroPoint: 'exact',
    narrowsTo: UINT8,
    finish: (raw, output) => narrow(output, raw),
    contract: 'acc << pre stays in int32',
    holds: (acc, { scale }) => isIn(INT32, acc << BigInt(neonShifts(scale).pre)),
    derive: deriveScale(MOST),
    equalTo: [{ rule: 'xnnpack-rndnu', when: '' }],
  }),
  defineRule({
    name: 'xnnpack-rndnu16',
    stack,
    formula:
      'v = sat16(n >= 0 ? sat32(acc << n) : half_up(acc, -n)), t = (v * q + 2^14) >> 15, q of 15 bits; clamp(sat16(t + zp))',
    source: `${today} xnn_qu8_requantize_rndnu16`,
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: (acc, { scale }) => {
      const { multiplier } = splitScale16(scale);
      return roundShift(saturate(moved16(acc, scale), INT16) * multiplier, 15, 'halfUp');
    },
    zeroPoint: 'exact',
    finish: (raw, { zeroPoint, min, max }) =>
      clamp(saturate(raw + BigInt(zeroPoint), INT16), BigInt(min), BigInt(max)),
    contract: 'the moved accumulator stays in int16',
    holds: (acc, { scale }) => isIn(INT16, moved16(acc, scale)),
    derive: deriveScale(MOST),
  }),
  defineRule({
    name: 'xnnpack-rndna',
    stack,
    formula: 't = sign(acc) * ((|acc| * m + 2^(sh-1)) >> sh); clamp(t, qmin - zp, qmax - zp) + zp',
    source: `${removed} requantization.h, qs8-requantization rndna`,
    parameters: scaled(LEAST, MOST),
    raw: awayFromMantissa,
    zeroPoint: 'exact',
    contract: 'the rounded magnitude is below 2^31',
    holds: (acc, p) => magnitudeAway(acc, p) < 2n ** 31n,
    derive: deriveScale(MOST),
    equalTo: [
      { rule: 'multiply-shift-half-away-from-zero', when: '' },
      {
        rule: 'qnnpack-precise',
        when: 'scale < 1',
        holds: ({ parameters }) => parameters['scale']! < 1,
      },
    ],
  }),
  defineRule({
    name: 'xnnpack-gemmlowp',
    stack,
    formula: 'clamp(wrap32(RDBPOT((acc * M + 2^30) >> 31, sh - 24) + zp)), M = m << 7',
    source: `${removed} qs8-requantization-gemmlowp-scalar.c`,
    parameters: scaled(LEAST, BELOW_1, 7),
    raw: doubleOnMantissa,
    zeroPoint: 'wrap32',
    derive: deriveScale(BELOW_1),
    equalTo: [
      { rule: 'tflite-double', when: '' },
      { rule: 'qnnpack-q31', when: '' },
      { rule: 'qnnpack-gemmlowp', when: '' },
    ],
  }),
];
