/** C's `round`: the nearest integer of a double, ties away from zero. */
export function roundHalfAway(value: number): number {
  const whole = Math.trunc(value);
  const tiesOrMore = Math.abs(value - whole) >= 0.5; // exact: both share an exponent range
  return (tiesOrMore ? whole + Math.sign(value) : whole) + 0;
}
