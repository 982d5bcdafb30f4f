import { roundHalfEven } from './float-rounding.js';
import { maxOf, minOf, type IntFormat } from './int-format.js';

/** An affine grid: which real numbers the codes of a format stand for, `scale · (code − zeroPoint)`. */
export interface AffineGrid {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly format: IntFormat;
}

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
