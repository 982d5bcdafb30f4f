/** Where the series hands over to the continued fraction: both are short and accurate around it. */
const HANDOVER = 2.5;

/** Steps of the continued fraction: from the handover on, more change nothing. */
const FRACTION_STEPS = 60;

/**
 * The error function `2/√π ∫₀ˣ exp(−t²) dt`, to a few units of the 16th digit.
 *
 * Near zero by the series `2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1))` (DLMF 7.6.2): all terms have one sign, so
 * nothing cancels.
 */
export function erf(x: number): number {
  if (Math.abs(x) >= HANDOVER) return x > 0 ? 1 - erfcTail(x) : erfcTail(-x) - 1;
  const twiceSquare = 2 * x * x;
  let term = x;
  let sum = 0;
  for (let odd = 3; Math.abs(term) > (Math.abs(sum) * Number.EPSILON) / 4; odd += 2) {
    sum += term;
    term *= twiceSquare / odd;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** `1 − erf(x)`, without cancellation in the upper tail. */
export function erfc(x: number): number {
  return x >= HANDOVER ? erfcTail(x) : 1 - erf(x);
}

/** `erfc` by its continued fraction `exp(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))` (DLMF 7.9.1). */
function erfcTail(x: number): number {
  let denominator = x;
  for (let step = FRACTION_STEPS; step >= 1; step -= 1) denominator = x + step / 2 / denominator;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * denominator);
}
