import fc from 'fast-check';

/** Real factors whose mantissas lie at and beside what stacks round them to. */

/** Where mantissas of so many bits, of 1 = 2^bits, tie or carry: halves, and one unit of a double beside them. */
const nearHalf = (bits: number): fc.Arbitrary<number> =>
  fc
    .tuple(
      fc.oneof(
        fc.integer({ min: 2 ** (bits - 1), max: 2 ** bits - 1 }),
        fc.constantFrom(2 ** (bits - 1), 2 ** bits - 1),
      ),
      fc.constantFrom(0, 0.25, 0.5, 0.75),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([integer, part, ulps]) => (integer + part) / 2 ** bits + ulps * 2 ** -53);

const anyMantissa: fc.Arbitrary<number> = fc.oneof(
  nearHalf(31),
  nearHalf(24),
  nearHalf(15),
  fc.integer({ min: 8, max: 15 }).map((bits) => bits / 16),
  fc.double({ min: 0.5, max: 1, maxExcluded: true, noNaN: true }),
);

/** Positive doubles of these exponents. */
export const anyFactor = (lowest: number, highest: number): fc.Arbitrary<number> =>
  fc
    .tuple(
      anyMantissa,
      fc.oneof(
        fc.integer({ min: lowest, max: highest }),
        fc.integer({ min: Math.max(lowest, -34), max: Math.min(highest, -28) }),
        fc.integer({ min: -12, max: 2 }),
      ),
    )
    .map(([mantissa, exponent]) => mantissa * 2 ** exponent);

/** The same as float32. */
export const anyScale = (lowest: number, highest: number): fc.Arbitrary<number> =>
  anyFactor(lowest, highest).map(Math.fround);
