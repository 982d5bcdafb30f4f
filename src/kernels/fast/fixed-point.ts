/**
 * gemmlowp's `SaturatingRoundingDoublingHighMul` of int32 operands: `floor(a · b / 2^31 + 1/2)`.
 *
 * With a = 2^16 · high + low the product is 2^16 · top + rest, |top| < 2^48 and 0 <= rest < 2^16. The rounding constant
 * 2^30 is a multiple of 2^16, so `rest` never carries the sum past the next integer and floor ignores it. Every step is
 * exact. (−2^31)², the one product that needs saturation, must not be asked for.
 */
export function highMultiply(a: number, b: number): number {
  const top = (a >> 16) * b + Math.floor((a & 0xffff) * b * 2 ** -16);
  return Math.floor((top + 2 ** 14) * 2 ** -15);
}
