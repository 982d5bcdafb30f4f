import { assert, assertNever } from '../core/errors.js';
import { saturate, wrap, type IntFormat } from './int-format.js';

/**
 * What an accumulator does with a partial sum that it cannot hold: keep the low bits, keep the nearest value it can hold,
 * or stop.
 */
export type OverflowPolicy = 'wrap' | 'saturate' | 'trap';

/** A two's complement accumulator of 8 … 64 bits. */
export interface AccumulatorFormat {
  readonly bits: number;
  readonly overflow: OverflowPolicy;
}

/** The addition at which a trapping accumulator stopped. */
export interface Trap {
  /** 0 is the initial value, i the i-th product. */
  readonly additionIndex: number;
  /** What could not be held. */
  readonly partialSum: bigint;
}

/** What became of one sum. */
export interface Accumulation {
  /** What the accumulator holds at the end; null where it trapped. */
  readonly sum: bigint | null;
  /** The smallest and the largest partial sum it was asked to hold: before the overflow policy. */
  readonly smallest: bigint;
  readonly largest: bigint;
  /** Additions whose partial sum did not fit. */
  readonly overflowCount: number;
  readonly trap: Trap | null;
}

/**
 * Accumulates: the initial value (a bias) is placed into an accumulator of zero, then the products are added one at a time
 * in the order given. The overflow policy applies after every addition, the first included.
 *
 * Normative: defined for every bigint. The order matters to `saturate`, and to `trap`; not to the result of `wrap`, since
 * addition modulo 2^bits is associative.
 *
 * @example
 * accumulate(100n, [100n, -100n], { bits: 8, overflow: 'saturate' }).sum; // 27n: 127 − 100
 * accumulate(100n, [-100n, 100n], { bits: 8, overflow: 'saturate' }).sum; // 100n
 * accumulate(100n, [100n, -100n], { bits: 8, overflow: 'wrap' }).sum; // 100n
 */
export function accumulate(
  initial: bigint,
  products: readonly bigint[],
  format: AccumulatorFormat,
): Accumulation {
  assertAccumulator(format);
  let [held, smallest, largest, overflowCount] = [0n, initial, initial, 0];
  for (const [additionIndex, term] of [initial, ...products].entries()) {
    const partialSum = held + term;
    if (partialSum < smallest) smallest = partialSum;
    if (partialSum > largest) largest = partialSum;
    const kept = hold(partialSum, format);
    if (kept !== partialSum) overflowCount += 1;
    if (kept === null) {
      return { sum: null, smallest, largest, overflowCount, trap: { additionIndex, partialSum } };
    }
    held = kept;
  }
  return { sum: held, smallest, largest, overflowCount, trap: null };
}

/** Widths are part of a format's promise. */
export function assertAccumulator({ bits }: AccumulatorFormat): void {
  assert(Number.isInteger(bits) && bits >= 8 && bits <= 64, 'an accumulator has 8 to 64 bits', { bits });
}

/** The value itself where it fits, else what the policy makes of it; null is a trap. */
export function hold(value: bigint, { bits, overflow }: AccumulatorFormat): bigint | null {
  const register: IntFormat = { bits, signed: true };
  switch (overflow) {
    case 'wrap':
      return wrap(value, register);
    case 'saturate':
      return saturate(value, register);
    case 'trap':
      return saturate(value, register) === value ? value : null;
    default:
      return assertNever(overflow);
  }
}
