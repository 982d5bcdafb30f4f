import { INT16, INT8 } from '../../../../src/arith/int-format.js';
import type { Grid } from '../../../../src/arith/tflite/grid.js';

export const int8 = (scale: number, zeroPoint = 0): Grid => ({
  scale: Math.fround(scale),
  zeroPoint,
  format: INT8,
});

export const int16 = (scale: number): Grid => ({ scale: Math.fround(scale), zeroPoint: 0, format: INT16 });
