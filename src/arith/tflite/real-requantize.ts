import { roundHalfAway } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';
import type { CodeRange } from '../requantizer.js';
import type { Grid } from './grid.js';

/**
 * The last step of the reference FULLY_CONNECTED of TensorFlow Lite 2.21 for int8, uint8 and int16, per tensor and per channel
 * (`reference/integer_ops/fully_connected.h` at google-ai-edge/LiteRT@13eade63b67f, the overloads that take scales): there is no integer
 * multiplier, the product with the real factor is a double, rounded half away from zero. Other operators, and the Micro kernels,
 * go through `MultiplyByQuantizedMultiplier`.
 *
 * @param acc An int32 or a small int64; exact in a double.
 * @param factor `productFactor(sx, sw, sy)`, in double.
 * @param clamp Of a fused activation.
 * @example
 * requantizeByReal(-5, 0.5, { scale: 1, zeroPoint: 0, format: INT8 }); // -3
 */
export function requantizeByReal(
  acc: number,
  factor: number,
  output: Grid,
  clamp: CodeRange = { min: minOf(output.format), max: maxOf(output.format) },
): number {
  const code = roundHalfAway(acc * factor) + output.zeroPoint;
  return Math.max(clamp.min, Math.min(clamp.max, code));
}
