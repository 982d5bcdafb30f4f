import fc from 'fast-check';

/** Finite float32 values of moderate size, half of them with few significant bits, so that sums and products tie and cancel. */
export function anyFloat32(): fc.Arbitrary<number> {
  const sign = fc.constantFrom(-1, 1);
  const mantissa = fc.oneof(
    fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }),
    fc.integer({ min: 0, max: 64 }).map((few) => 2 ** 23 + few),
    fc.integer({ min: 0, max: 15 }).map((few) => few * 2 ** 20),
  );
  const exponent = fc.integer({ min: -40, max: 12 });
  return fc.tuple(sign, mantissa, exponent).map(([s, m, e]) => s * m * 2 ** (e - 23));
}

/** Positive float32 scales around those of 8-bit grids. */
export function anyFloatScale(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.float({ min: Math.fround(1e-4), max: 8, noNaN: true }),
    fc.constantFrom(0.5, 1, 2, Math.fround(0.1), Math.fround(1 / 255)),
  );
}
