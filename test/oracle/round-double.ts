/** C's `round` on a double: nearest, ties away from zero. `Math.abs` makes the tie positive, where `Math.round` goes up. */
export function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
