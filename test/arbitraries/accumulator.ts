import fc from 'fast-check';
import type { AccumulatorFormat } from '../../src/arith/accumulator.js';

export const anyOverflow = fc.constantFrom('wrap', 'saturate', 'trap' as const);

/** Of any width, most of the time one that sums of products of codes may leave. */
export function anyAccumulator(): fc.Arbitrary<AccumulatorFormat> {
  const bits = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 8, max: 24 }) },
    fc.integer({ min: 8, max: 64 }),
  );
  return fc.record({ bits, overflow: anyOverflow });
}

/** An initial value and products, of the size that codes make or of any size up to `mostBits`. */
export function anyTerms(mostBits = 70) {
  return fc.integer({ min: 4, max: mostBits }).chain((bits) => {
    const term = fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) });
    return fc.record({ initial: term, products: fc.array(term, { maxLength: 12 }) });
  });
}
