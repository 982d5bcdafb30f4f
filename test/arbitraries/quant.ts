import fc from 'fast-check';
import { maxOf, minOf, type IntFormat } from '../../src/arith/int-format.js';
import type { Requantizer, StackRequantizer } from '../../src/arith/requantizer.js';
import { REQUANTIZER_RULES } from '../../src/arith/requantizers/registry.js';
import type { Parameters, RequantizerRule } from '../../src/arith/requantizers/rule.js';
import { ROUNDING_MODES } from '../../src/arith/rounding.js';
import { Random } from '../../src/core/random.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { storageType, tensorFrom, type IntTensor } from '../../src/tensor/tensor.js';

/**
 * A requantizer of any kind, with one entry or one per channel, that spreads sums up to about `largestSum` over the codes
 * of an 8-bit format, give or take some bits. `anyGenericRequantizer` covers the whole parameter space instead, where most
 * outputs saturate or vanish.
 */
export function anyRequantizerFor(largestSum: number, channels: number): fc.Arbitrary<Requantizer> {
  const balanced = Math.ceil(Math.log2(Math.max(largestSum, 1))) - 7;
  const rightShift = fc
    .integer({ min: balanced - 1, max: balanced + 3 })
    .map((shift) => Math.max(-30, Math.min(31, shift)));
  const mantissa = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 });
  const rounding = fc.constantFrom(...ROUNDING_MODES);
  return fc.constantFrom(1, channels).chain((entries) => {
    const list = (entry: fc.Arbitrary<number>) => fc.array(entry, { minLength: entries, maxLength: entries });
    return fc.oneof(
      fc.record({
        kind: fc.constant('multiplyShift' as const),
        rounding,
        multipliers: list(mantissa),
        shifts: list(rightShift.map((shift) => 31 + shift)),
      }),
      fc.record({
        kind: fc.constant('doubleRounding' as const),
        multipliers: list(mantissa),
        leftShifts: list(rightShift.map((shift) => 0 - shift)),
      }),
      fc.record({ kind: fc.constant('shift' as const), rounding, shifts: list(rightShift) }),
      anyStackRequantizer(list(mantissa), list(rightShift)),
    );
  });
}

/** A rule of the registry at factors of about `2^-rightShift`: as its stack derives them, else at powers of two. */
function anyStackRequantizer(
  mantissas: fc.Arbitrary<number[]>,
  rightShifts: fc.Arbitrary<number[]>,
): fc.Arbitrary<StackRequantizer> {
  return fc
    .tuple(fc.constantFrom(...REQUANTIZER_RULES), mantissas, rightShifts)
    .map(([rule, mantissa, shifts]) => ({
      rule,
      channels: shifts.map((shift, channel) => parametersNear(rule, mantissa[channel]!, shift)),
    }))
    .filter(({ channels }) => !channels.includes(null))
    .map(({ rule, channels }) => ({ kind: 'stack', rule: rule.name, channels: channels as Parameters[] }));
}

/** Parameters of a factor of about `2^-rightShift`, the mantissa of which has 31 bits; null where the rule has none. */
export function parametersNear(
  rule: RequantizerRule,
  mantissa: number,
  rightShift: number,
): Parameters | null {
  if (rule.name === 'shift-stochastic')
    return rightShift < 0 ? null : { shift: rightShift, random: Math.floor(2 ** rightShift / 3) };
  return (
    rule.derive(mantissa * 2 ** -(31 + rightShift)) ??
    rule.withFactor({ multiplier: 1n, rightShift }) ??
    rule.withFactor({ multiplier: 2n ** 30n, rightShift: rightShift + 30 })
  );
}

/** A format of codes: 8 bits, most of the time. */
export function anyCodeFormat(mostBits = 16): fc.Arbitrary<IntFormat> {
  const bits = fc.oneof({ weight: 3, arbitrary: fc.constant(8) }, fc.integer({ min: 2, max: mostBits }));
  return fc.record({ bits, signed: fc.boolean() });
}

/** How elements are drawn: any code, half of them the format's ends, codes near zero, or all the lowest. */
type Spread = 'uniform' | 'extreme' | 'small' | 'lowest';

/** A tensor as a seed, so that its shape may shrink. */
export interface TensorRecipe {
  readonly seed: number;
  readonly spread: Spread;
}

export function anyTensorRecipe(): fc.Arbitrary<TensorRecipe> {
  const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const spread = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Spread>('uniform') },
    fc.constantFrom<Spread>('extreme', 'small', 'lowest'),
  );
  return fc.record({ seed, spread });
}

/** The tensor of a recipe. Sums of products of `extreme` and `lowest` ones reach the bounds kernels are proven for. */
export function tensorOf({ seed, spread }: TensorRecipe, format: IntFormat, shape: Shape): IntTensor {
  const random = new Random(seed);
  const [low, high] = [minOf(format), maxOf(format)];
  const element = (): number => {
    if (spread === 'lowest') return low;
    if (spread === 'extreme' && random.integer(0, 1) === 0) return random.integer(0, 1) === 0 ? low : high;
    if (spread === 'small') return Math.max(low, Math.min(high, random.integer(-3, 3)));
    return random.integer(low, high);
  };
  return tensorFrom(storageType(format), shape, Array.from({ length: elementCount(shape) }, element));
}
