/**
 * Two integer sums in one double, S0 + 2^27 · S1, so that one multiplication and one addition serve both.
 *
 * Let |S0|, |S1| < 2^26, for every partial sum as well. Then
 *
 * - every product and every partial sum is an integer below 2^26 + 2^27 · (2^26 − 1) < 2^53: no operation rounds;
 * - S1 = floor(pair / 2^27 + 1/2), because |S0| / 2^27 < 1/2; the quotient and the sum have at most 53 bits;
 * - S0 = pair − 2^27 · S1.
 */

/** What the second sum is multiplied by. */
export const PAIR_UNIT = 2 ** 27;

/** Both sums stay below this in magnitude. */
export const PAIR_LIMIT = 2 ** 26;

// 2 ** 27 is written out below: V8 folds a literal, but reads an exported constant again at every turn of a loop.

/** S1. */
export function highOfPair(pair: number): number {
  return Math.floor(pair / 2 ** 27 + 0.5);
}

/** S0. */
export function lowOfPair(pair: number): number {
  return pair - highOfPair(pair) * 2 ** 27;
}

/** `pairs = low + 2^27 · high`, element by element. */
export function join(low: Float64Array, high: Float64Array, pairs: Float64Array): void {
  for (let i = 0; i < pairs.length; i += 1) pairs[i] = low[i]! + high[i]! * 2 ** 27;
}

/** Leaves S0 where the pairs were, and S1 in `high`. */
export function separate(pairs: Float64Array, high: Float64Array): void {
  for (let i = 0; i < pairs.length; i += 1) {
    const pair = pairs[i]!;
    high[i] = highOfPair(pair);
    pairs[i] = lowOfPair(pair);
  }
}
