import { decomposeFloat, frexp } from '../float-bits.js';

/**
 * XNNPACK and QNNPACK take the multiplier from the float32 scale without rounding: its 24-bit mantissa, and the shift from
 * its exponent (google/XNNPACK@75db3c093b6d src/xnnpack/requantization.h). `scale = mantissa / 2^shift`.
 */
export function splitScale(scale: number): { readonly mantissa: bigint; readonly shift: number } {
  const { mantissa, exponent } = decomposeFloat(scale, 24);
  return { mantissa, shift: -exponent };
}

/**
 * The 15-bit multiplier of rndnu16 (`xnn_qu8_requantize_rndnu16`): the mantissa rounded half up to 15 bits; 2^15 becomes 2^14
 * with the next exponent. `scale ≈ multiplier · 2^(exponent − 15)`.
 */
export function splitScale16(scale: number): { readonly multiplier: bigint; readonly exponent: number } {
  const { mantissa } = splitScale(scale);
  const { exponent } = frexp(scale);
  const multiplier = (mantissa + 256n) >> 9n;
  return multiplier === 1n << 15n
    ? { multiplier: multiplier >> 1n, exponent: exponent + 1 }
    : { multiplier, exponent };
}
