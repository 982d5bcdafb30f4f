import fc from 'fast-check';
import type { ParameterSpec, Parameters } from '../arith/requantizers/rule.js';
import { anyFewBits, anyIntegerFrom } from './integers.js';

const LARGEST_MULTIPLIER = 2 ** 31 - 1;

/** 31-bit multipliers: normalized ones, few significant bits (many ties), the ends, near powers of two, anything. */
export function anyMultiplier(): fc.Arbitrary<number> {
  const normalized = fc.integer({ min: 2 ** 30, max: LARGEST_MULTIPLIER });
  return fc.oneof(
    anyFewBits(0, LARGEST_MULTIPLIER),
    normalized,
    fc.constantFrom(0, 1, 2 ** 30, LARGEST_MULTIPLIER),
    anyIntegerFrom(0, LARGEST_MULTIPLIER),
  );
}

/** A factor `multiplier / 2^rightShift`: any 31-bit multiplier; shifts of 0, 31 and 62 and any between. */
export function anyMultiplierShift(): fc.Arbitrary<{
  readonly multiplier: number;
  readonly rightShift: number;
}> {
  const rightShift = fc.oneof(fc.integer({ min: 0, max: 62 }), fc.constantFrom(0, 31, 62));
  return fc.record({ multiplier: anyMultiplier(), rightShift });
}

/** Parameters of a rule within their ranges, whether or not its contract holds for them. */
export function anyParameters(rule: {
  readonly parameters: readonly ParameterSpec[];
}): fc.Arbitrary<Parameters> {
  return fc.record(
    Object.fromEntries(
      rule.parameters.map((spec) => [
        spec.name,
        spec.type === 'integer' ? anyIntegerParameter(spec) : anyFloat(spec, spec.type),
      ]),
    ),
  );
}

function anyIntegerParameter({ min, max }: ParameterSpec): fc.Arbitrary<number> {
  if (max - min < 256)
    return fc.oneof({ weight: 4, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max));
  const large = fc.integer({ min: Math.floor(max / 2) + 1, max }); // normalized multipliers
  return fc.oneof(anyFewBits(min, max), large, anyIntegerFrom(min, max));
}

const MANTISSA_BITS = { float32: 24, float64: 53 } as const;

/**
 * Positive scales: powers of two and what lies just below them, few mantissa bits (many ties), mantissas of all bits, quotients of
 * small integers (many values beside ties), neighbours of 1, the ends, any magnitude.
 */
function anyFloat({ min, max }: ParameterSpec, type: keyof typeof MANTISSA_BITS): fc.Arbitrary<number> {
  const bits = MANTISSA_BITS[type];
  const nearest = type === 'float32' ? Math.fround : (value: number): number => value;
  const within = (value: number): number => Math.max(min, Math.min(max, nearest(value)));
  const exponent = fc.integer({ min: Math.ceil(Math.log2(min)), max: Math.floor(Math.log2(max)) });
  const small = fc.integer({ min: 1, max: 15 });
  const mantissa = fc.oneof(
    fc.constant(1),
    fc.constant(2 - 2 ** (1 - bits)),
    small,
    fc.maxSafeInteger().map((value) => 2 ** (bits - 1) + (Math.abs(value) % 2 ** (bits - 1))),
    fc.tuple(small, small).map(([a, b]) => a / b),
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(mantissa, exponent)
        .map(([m, e]) => within((m / 2 ** Math.floor(Math.log2(m))) * 2 ** e)),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: -4, max: 4 })
        .map((ulps) => within(1 + ulps * 2 ** (ulps < 0 ? -bits : 1 - bits))),
    },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}
