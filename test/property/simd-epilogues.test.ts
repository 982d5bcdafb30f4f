import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8, maxOf, minOf, UINT8 } from '../../src/arith/int-format.js';
import { anyAccumulator, anyClamp, anyInteger } from '../../src/testing/index.js';
import { anyRequantizerFor } from '../arbitraries/quant.js';
import { counterexample } from '../support/counterexample.js';
import { epilogueMisses, type EpilogueCase } from '../support/epilogue-codes.js';

const FORMATS = [INT8, UINT8, { bits: 4, signed: true }, INT16, { bits: 16, signed: false }, INT32];

const rowsOf = (channels: number, sum: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc
    .integer({ min: 1, max: 5 })
    .chain((rows) => fc.array(sum, { minLength: rows * channels, maxLength: rows * channels }));

/** Sums as layers make them, most of which become different codes. */
const anyLayer: fc.Arbitrary<EpilogueCase> = fc
  .record({
    channels: fc.integer({ min: 1, max: 40 }),
    format: fc.constantFrom(...FORMATS),
    largestSum: fc.constantFrom(2 ** 9, 2 ** 16, 2 ** 24),
    isBounded: fc.boolean(),
  })
  .chain(({ channels, format, largestSum, isBounded }) => {
    const sum = fc.integer({ min: -largestSum, max: largestSum });
    return fc.record({
      channels: fc.constant(channels),
      format: fc.constant(format),
      requantizer: anyRequantizerFor(largestSum, channels),
      outputZeroPoint: anyInteger(format),
      clamp: fc.oneof(fc.constant({ min: minOf(format), max: maxOf(format) }), anyClamp(format)),
      gap: fc.nat({ max: 9 }),
      sums: rowsOf(
        channels,
        isBounded ? fc.oneof(sum, fc.constantFrom(-largestSum, largestSum)) : fc.oneof(sum, anyAccumulator()),
      ),
      largestSum: fc.constant(isBounded ? largestSum : 2 ** 31),
    });
  });

describe('codes of emitted epilogues equal the definition', () => {
  it('for sums as layers make them, in any format, with any number of channels', () => {
    let emitted = 0;
    const property = fc.property(anyLayer, (request) => {
      const misses = epilogueMisses(request);
      if (misses !== null) emitted += 1;
      expect(misses ?? []).toEqual([]);
    });
    expect(counterexample(property, 5000)).toBe('');
    expect(emitted).toBeGreaterThan(1000);
  });
});
