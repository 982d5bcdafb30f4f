import type { AffineGrid } from '../affine.js';
import { UINT8 } from '../int-format.js';
import { saturateRounded } from './saturate-rounded.js';

/**
 * The grid DynamicQuantizeLinear chooses for float32 values (`GetQuantizationParameter`, `core/util/qmath.h` at
 * microsoft/onnxruntime@07d59c09d4b9): the range is widened to hold 0,
 *
 *     scale = f32(f32(max − min) / 255),   zeroPoint = saturate(rne(f32(0 − f32(min / scale))))
 *
 * and scale 1 where all values are 0. The codes are QuantizeLinear's.
 */
export function dynamicGrid(values: readonly number[]): AffineGrid {
  const [min, max] = values.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)] as const,
    [0, 0],
  );
  const scale = min === max ? 1 : Math.fround(Math.fround(max - min) / 255);
  const zeroPoint = saturateRounded(0 - Math.fround(min / scale), UINT8);
  return { scale, zeroPoint, format: UINT8 };
}
