import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accumulate, type AccumulatorFormat } from '../../../src/arith/accumulator.js';
import { InvariantError } from '../../../src/core/errors.js';
import { accumulated } from '../../oracle/accumulation.js';
import { anyAccumulator, anyTerms } from '../../arbitraries/accumulator.js';
import { counterexample } from '../../support/counterexample.js';

const int8 = (overflow: AccumulatorFormat['overflow']): AccumulatorFormat => ({ bits: 8, overflow });

describe('accumulate', () => {
  it.each([
    { overflow: 'wrap', why: 'comes back from beyond the end', sum: 100n },
    { overflow: 'saturate', why: 'loses what was beyond the end', sum: 27n },
    { overflow: 'trap', why: 'stops at the end', sum: null },
  ] as const)('$overflow $why', ({ overflow, sum }) => {
    expect(accumulate(100n, [100n, -100n], int8(overflow)).sum).toBe(sum);
  });

  it('holds both ends of the width', () => {
    expect(accumulate(0n, [127n, -255n], int8('trap'))).toMatchObject({ sum: -128n, overflowCount: 0 });
  });

  it('adds the products in the order given: a saturated sum depends on it', () => {
    expect(accumulate(100n, [100n, -100n], int8('saturate')).sum).toBe(27n);
    expect(accumulate(100n, [-100n, 100n], int8('saturate')).sum).toBe(100n);
  });

  it.each([
    { overflow: 'wrap', sum: -56n },
    { overflow: 'saturate', sum: 127n },
  ] as const)('places the initial value under the same policy: $overflow', ({ overflow, sum }) => {
    expect(accumulate(200n, [], int8(overflow)).sum).toBe(sum);
  });

  it('says at which addition it trapped, and the sum that did not fit', () => {
    expect(accumulate(50n, [70n, 8n, 1n], int8('trap')).trap).toEqual({ additionIndex: 2, partialSum: 128n });
    expect(accumulate(-129n, [1n], int8('trap')).trap).toEqual({ additionIndex: 0, partialSum: -129n });
  });

  it('records what it was asked to hold, not what it held', () => {
    expect(accumulate(100n, [100n, -400n], int8('saturate'))).toEqual({
      sum: -128n,
      smallest: -273n,
      largest: 200n,
      overflowCount: 2,
      trap: null,
    });
  });

  it('is exact in 64 bits', () => {
    const end = 2n ** 63n;
    expect(accumulate(end - 2n, [1n], { bits: 64, overflow: 'trap' }).sum).toBe(end - 1n);
    expect(accumulate(end - 2n, [2n], { bits: 64, overflow: 'wrap' }).sum).toBe(-end);
    expect(accumulate(end - 2n, [2n], { bits: 64, overflow: 'saturate' }).sum).toBe(end - 1n);
  });

  it.each([7, 65, 8.5])('has no accumulators of %d bits', (bits) => {
    expect(() => accumulate(0n, [], { bits, overflow: 'wrap' })).toThrow(InvariantError);
  });

  it('does what the page says, whatever the terms and the width', () => {
    const outcomes = { fits: 0, overflows: 0, traps: 0 };
    const property = fc.property(anyTerms(), anyAccumulator(), ({ initial, products }, format) => {
      const { sum, trap, overflowCount } = accumulate(initial, products, format);
      outcomes[sum === null ? 'traps' : overflowCount > 0 ? 'overflows' : 'fits'] += 1;
      const expected = accumulated(initial, products, format.bits, format.overflow);
      return 'sum' in expected
        ? sum === expected.sum
        : trap?.additionIndex === expected.addition && trap.partialSum === expected.partialSum;
    });
    expect(counterexample(property)).toBe('');
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(100);
  });

  it('wraps to the same sum in any order', () => {
    const anyOrders = anyTerms().chain(({ initial, products }) =>
      fc.record({
        initial: fc.constant(initial),
        products: fc.constant(products),
        other: fc.shuffledSubarray(products, { minLength: products.length }),
        bits: fc.integer({ min: 8, max: 64 }),
      }),
    );
    const property = fc.property(anyOrders, ({ initial, products, other, bits }) => {
      const format = { bits, overflow: 'wrap' } as const;
      return accumulate(initial, products, format).sum === accumulate(initial, other, format).sum;
    });
    expect(counterexample(property)).toBe('');
  });
});
