import { roundHalfAway } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';
import type { Grid } from './grid.js';

/**
 * A uint8 input of CONCATENATION on the output's grid (`ConcatenationWithScaling`, `reference/concatenation.h` at
 * google-ai-edge/LiteRT@6a76da4ab47b): float32 steps, half away from zero. Inputs already on it are copied,
 * which is the same. For int8 TFLite refuses different grids.
 *
 *     s = f32(sx · f32(1 / sy));   y = saturate(round(f32(f32(x · s) + f32(−zx · s))) + zy)
 */
export function concatenatedCode(code: number, input: Grid, output: Grid): number {
  const scale = Math.fround(input.scale * Math.fround(1 / output.scale));
  const bias = Math.fround(-input.zeroPoint * scale);
  const rescaled = roundHalfAway(Math.fround(Math.fround(code * scale) + bias)) + output.zeroPoint;
  return Math.max(minOf(output.format), Math.min(maxOf(output.format), rescaled));
}
