/**
 * `a · b + c` of float32 values with one rounding: what a fused multiply-add instruction gives, and what `Math.fround` of the
 * two-step sum does not.
 *
 * The product of two float32 values is exact in a double, the sum is not. Where it is inexact its last bit is set to odd,
 * toward the error: a double has more than two bits below a float32, so the rounding to float32 that follows then sees on which
 * side of a tie the exact sum lies (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
 *
 * @example
 * fusedMultiplyAdd(1 + 2 ** -12, 1 + 2 ** -12, -(1 + 2 ** -11)); // 2^-24, which rounding the product would lose
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const fromProduct = sum - c;
  const error = product - fromProduct + (c - (sum - fromProduct)); // exact: Knuth's two-sum
  return Math.fround(error === 0 || !Number.isFinite(error) ? sum : towardOdd(sum, error));
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** Of the two doubles around `sum + error`, where `sum` is the nearer one, the one with an odd last bit. */
function towardOdd(sum: number, error: number): number {
  double[0] = sum;
  if (bits[0]! % 2n === 0n) bits[0]! += error > 0 === sum > 0 ? 1n : -1n;
  return double[0];
}
