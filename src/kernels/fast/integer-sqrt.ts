/**
 * The largest integer whose square is at most `value`, an integer of at most 53 significant bits.
 *
 * `Math.sqrt` is correctly rounded and integers below 2^53 are doubles, so its floor is the root or, where the root of a
 * value just below the next square was rounded up, one more. Squares beyond 2^53 need bigints: one comparison.
 */
export function integerSqrt(value: number): number {
  const candidate = Math.floor(Math.sqrt(value));
  return BigInt(candidate) ** 2n > BigInt(value) ? candidate - 1 : candidate;
}
