import { assert, assertNever } from '../core/errors.js';
import { frexp } from './float-bits.js';
import { quantizeMultiplier, type QuantizedMultiplier } from './multipliers/tflite.js';
import type { GenericRequantizer, RequantizerStyle, StackRequantizer } from './requantizer.js';
import type { RuleName } from './requantizers/names.js';
import type { Parameters } from './requantizers/rule.js';
import { REQUANTIZER_RULES, ruleOf } from './requantizers/registry.js';

/**
 * A requantizer of the style whose real factors approximate `factors`, one per channel or one for the whole tensor.
 *
 * - `single`: one rounding, half up, 31-bit multipliers. Factors below 2^31.
 * - `double`: gemmlowp's two roundings. Factors below 2^30, the largest left shift of that code.
 * - `shift`: factors are exact powers of two up to 2^31; half up.
 *
 * Factors below 2^−32 become zero (`shift`: below 2^−62, which gives 0 for every int32 too). A factor the style cannot
 * express is an `InvariantError`: whoever chose the scales promised otherwise.
 */
export function requantizerFor(factors: readonly number[], style: RequantizerStyle): GenericRequantizer {
  switch (style) {
    case 'single': {
      const quantized = quantizedBelow(factors, 31);
      return {
        kind: 'multiplyShift',
        rounding: 'halfUp',
        multipliers: quantized.map(({ multiplier }) => multiplier),
        shifts: quantized.map(({ leftShift }) => 31 - leftShift),
      };
    }
    case 'double': {
      const quantized = quantizedBelow(factors, 30);
      return {
        kind: 'doubleRounding',
        multipliers: quantized.map(({ multiplier }) => multiplier),
        leftShifts: quantized.map(({ leftShift }) => leftShift),
      };
    }
    case 'shift':
      return { kind: 'shift', rounding: 'halfUp', shifts: factors.map(rightShiftOf) };
    default:
      return assertNever(style);
  }
}

function quantizedBelow(factors: readonly number[], largestLeftShift: number): QuantizedMultiplier[] {
  return factors.map((factor) => {
    const quantized = quantizeMultiplier(factor);
    assert(quantized.leftShift <= largestLeftShift, `a factor is below 2^${largestLeftShift}`, { factor });
    return quantized;
  });
}

function rightShiftOf(factor: number): number {
  assert(factor > 0 && factor < Infinity, 'a factor is positive and finite', { factor });
  const { mantissa, exponent } = frexp(factor);
  const shift = 1 - exponent;
  assert(mantissa === 0.5, 'a factor of a pure shift is a power of two', { factor });
  assert(shift >= -31, 'a factor is at most 2^31', { factor });
  return Math.min(shift, 62);
}

/** Whether a rule can requantize to int8 codes with a zero point, for any factor: it has its own way to parameters. */
export function isForAnyFactor(name: RuleName): boolean {
  const rule = ruleOf(name);
  const parameters = rule.derive(0.01);
  return (
    parameters !== null && rule.holds({ acc: 0n, parameters, output: { zeroPoint: 1, min: -128, max: 127 } })
  );
}

/** The names of those rules. */
export function rulesForAnyFactor(): readonly RuleName[] {
  return REQUANTIZER_RULES.map(({ name }) => name).filter(isForAnyFactor);
}

/** A sum below 2^30 rounds under this factor as under any smaller one: to 0, or to the side of its sign. */
const LEAST_FACTOR = 2 ** -32;

/**
 * The requantizer of a stack for real factors, by the stack's own derivation of parameters; null where a factor is too large for
 * it. A factor that is too small for it, which a channel of tiny weights has, counts as 2^−32.
 */
export function stackRequantizerFor(factors: readonly number[], name: RuleName): StackRequantizer | null {
  const { derive } = ruleOf(name);
  const channels: Parameters[] = [];
  for (const factor of factors) {
    const parameters = derive(factor) ?? derive(Math.max(factor, LEAST_FACTOR));
    if (parameters === null) return null;
    channels.push(parameters);
  }
  return { kind: 'stack', rule: name, channels };
}
