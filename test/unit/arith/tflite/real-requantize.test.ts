import { expect, it } from 'vitest';
import { INT8 } from '../../../../src/arith/int-format.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor } from '../../../../src/arith/tflite/build.js';
import { requantizeByReal } from '../../../../src/arith/tflite/real-requantize.js';
import { productFactor } from '../../../../src/arith/tflite/scales.js';

const output = { scale: 1, zeroPoint: 0, format: INT8 };

/** 0.5, −0.5 and 1.5 on a grid with this zero point. */
const halves = (zeroPoint: number): number[] =>
  [1, -1, 3].map((acc) => requantizeByReal(acc, 0.5, { ...output, zeroPoint }));

it('ties go away from zero, before the zero point', () => {
  expect(halves(0)).toEqual([1, -1, 2]);
  expect(halves(-3)).toEqual([-2, -4, -1]);
});

it('is not one rounding of the integer multiplier', () => {
  // Scales and sum as run by the reference kernel of TensorFlow Lite 2.21.0.
  const factor = productFactor(0.05000000074505806, 0.004000000189989805, 2065.517578125);
  const { multiplier, leftShift } = quantizeMultiplierFor(factor, 'single');
  expect(requantizeByReal(-1027594931, factor, output)).toBe(-100);
  expect(multiplyByQuantizedMultiplier(-1027594931n, multiplier, leftShift, 'single')).toBe(-99n);
});

it('clamps to the format, or closer', () => {
  expect(requantizeByReal(900, 1, output)).toBe(127);
  expect([-900, 900].map((acc) => requantizeByReal(acc, 1, output, { min: 0, max: 6 }))).toEqual([0, 6]);
});
