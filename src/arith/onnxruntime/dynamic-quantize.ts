import type { AffineGrid } from '../affine.js';
import { maxOf, UINT8 } from '../int-format.js';
import { saturateRounded } from './saturate-rounded.js';

/**
 * The grid DynamicQuantizeLinear chooses for float32 values (`GetQuantizationParameter`, `core/util/qmath.h` at
 * microsoft/onnxruntime@07d59c09d4b9): the range is widened to hold 0,
 *
 *     scale = f32(f32(max − min) / 255),   zeroPoint = saturate(rne(f32(0 − f32(min / scale))))
 *
 * and scale 1 where all values are 0. The codes are QuantizeLinear's. A NaN widens nothing; where infinities or a scale that
 * vanishes leave the zero point undefined, it is 255.
 */
export function dynamicGrid(values: ArrayLike<number>): AffineGrid {
  let [min, max] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = min === max ? 1 : Math.fround(Math.fround(max - min) / 255);
  const steps = 0 - Math.fround(min / scale);
  const zeroPoint = Number.isNaN(steps) ? maxOf(UINT8) : saturateRounded(steps, UINT8);
  return { scale, zeroPoint, format: UINT8 };
}
