import { maxOf, minOf, type IntFormat } from './int-format.js';

/**
 * The nearest code of a real number on an affine grid: `clamp(round(value / scale) + zeroPoint)`, ties to even
 * (white paper eq. 4; ONNX QuantizeLinear has the same tie rule). NaN becomes the zero point.
 *
 * Used at the edges only: network inputs, weights, constants and tables. Inside an integer graph nothing is real.
 */
export function realToCode(value: number, scale: number, zeroPoint: number, format: IntFormat): number {
  const code = roundHalfEven(value / scale) + zeroPoint;
  if (Number.isNaN(code)) return zeroPoint;
  return Math.min(Math.max(code, minOf(format)), maxOf(format));
}

/** `scale · (code − zeroPoint)` (white paper eq. 6). */
export function codeToReal(code: number, scale: number, zeroPoint: number): number {
  return scale * (code - zeroPoint);
}

/** The nearest integer of a double, ties to even. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below; // exact: value and below share an exponent range
  if (fraction !== 0.5) return fraction < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
