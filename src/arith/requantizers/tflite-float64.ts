import { roundHalfAway } from '../float-rounding.js';
import { holds as isIn, INT16, INT32, INT48 } from '../int-format.js';
import { defineRule, type RuleDefinition } from './define.js';
import { scaledInFloat64 } from './parameters.js';
import type { RequantizerCase, RequantizerRule } from './rule.js';

/**
 * TensorFlow Lite's reference FULLY_CONNECTED since it multiplies by the real factor. The product of an int32 and a double is one
 * double, rounded to the nearest, ties to even: what JavaScript's `*` gives, so that the rule is stated by it.
 */

const parameters = scaledInFloat64(2 ** -64, 2 ** 31);

/** The nearest integer of the product, ties away from zero: C's `round`. It may lie outside int32. */
function nearestOfProduct(acc: bigint, scale: number): bigint {
  return BigInt(roundHalfAway(Number(acc) * scale));
}

/** The cast from double to int32, which C++ leaves undefined outside int32: x86's CVTTSD2SI gives −2^31 there. */
const castToInt32 = (value: bigint): bigint => (isIn(INT32, value) ? value : -(2n ** 31n));

/** Whether the product of accumulator and mantissa fits the 53 bits of a double, so that there is one rounding. */
function productIsExact({ acc, parameters: { scale } }: RequantizerCase): boolean {
  const product = acc * parameters.factor({ scale: scale! }).multiplier;
  return BigInt(Number(product)) === product;
}

const whereExact = { when: 'acc * scale has at most 53 significant bits', holds: productIsExact } as const;

/** Sums of either width have one sentence. */
const float64Rule = (
  own: Pick<RuleDefinition<'scale'>, 'name' | 'stack' | 'accumulator' | 'codes' | 'equalTo'>,
): RequantizerRule =>
  defineRule({
    ...own,
    formula: 'wrap32(int32(rha(f64(acc * scale))) + zp), scale = f64(f64(xs * ws) / ys)',
    source:
      'google-ai-edge/LiteRT@13eade63b67f tflite/kernels/internal/reference/integer_ops/fully_connected.h, the overloads of FullyConnected and FullyConnectedPerChannel that take scales; TensorFlow 2.21.0 on x86 (executed)',
    parameters,
    raw: (acc, { scale }) => castToInt32(nearestOfProduct(acc, scale)),
    zeroPoint: 'wrap32',
    contract: 'the rounded value stays in int32',
    holds: (acc, { scale }) => isIn(INT32, nearestOfProduct(acc, scale)),
    derive: (scale) => ({ scale }),
  });

export const tfliteFloat64Rules: readonly RequantizerRule[] = [
  float64Rule({
    name: 'tflite-float64',
    stack: 'TensorFlow Lite (reference FULLY_CONNECTED)',
    equalTo: [
      { rule: 'multiply-shift-half-away-from-zero', ...whereExact },
      { rule: 'xnnpack-rndna', ...whereExact },
    ],
  }),
  float64Rule({
    name: 'tflite-float64-int64',
    stack: 'TensorFlow Lite (reference FULLY_CONNECTED of int16)',
    accumulator: INT48,
    codes: INT16,
    equalTo: [
      { rule: 'tflite-float64', when: 'the accumulator is an int32', holds: ({ acc }) => isIn(INT32, acc) },
    ],
  }),
];
