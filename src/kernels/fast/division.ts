/**
 * `value / divisor` to nearest, ties away from zero, for integers with 2 · |value| + 3 · divisor < 2^53, divisor > 0.
 *
 * The quotient a / b of doubles, rounded down, is exact where a + b < 2^53: if it is no integer it lies at least 1 / b below
 * the next integer q, and the division rounds it by at most 2^-53 · q, which is less since q · b < a + b.
 */
export function divideHalfAway(value: number, divisor: number): number {
  const magnitude = Math.floor((2 * Math.abs(value) + divisor) / (2 * divisor));
  return value < 0 ? -magnitude : magnitude;
}
