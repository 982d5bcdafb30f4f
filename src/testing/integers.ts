import fc from 'fast-check';
import { INT32, maxOf, minOf, type IntFormat } from '../arith/int-format.js';

/** Integers of a format: its ends, neighbours of powers of two, small ones, anything. */
export function anyInteger(format: IntFormat): fc.Arbitrary<number> {
  return anyIntegerFrom(minOf(format), maxOf(format));
}

/** Accumulators, int32 unless said: `anyInteger` of the format. */
export function anyAccumulator(format: IntFormat = INT32): fc.Arbitrary<number> {
  return anyInteger(format);
}

/** As `anyInteger`, for any range of safe integers. */
export function anyIntegerFrom(min: number, max: number): fc.Arbitrary<number> {
  const within = (value: number): number => Math.max(min, Math.min(max, value));
  const bits = Math.ceil(Math.log2(Math.max(-min, max, 1) + 1));
  const nearPower = fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([power, offset, negative]) => within((negative ? -1 : 1) * 2 ** power + offset));
  const small = fc.integer({ min: within(-40), max: within(40) });
  return fc.oneof(small, fc.constantFrom(min, max), nearPower, fc.integer({ min, max }));
}

/**
 * Integers of few significant bits, `bits · 2^shift` within a range that holds 0: multipliers under which many
 * accumulators are ties.
 */
export function anyFewBits(min: number, max: number): fc.Arbitrary<number> {
  const most = Math.max(0, Math.floor(Math.log2(max + 1)) - 4);
  return fc
    .tuple(fc.integer({ min: Math.max(min, -15), max: Math.min(15, max) }), fc.integer({ min: 0, max: most }))
    .map(([bits, shift]) => bits * 2 ** shift)
    .map((value) => Math.max(min, Math.min(max, value)));
}
