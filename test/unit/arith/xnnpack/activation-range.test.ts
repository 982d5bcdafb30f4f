import { expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import { activationRange } from '../../../../src/arith/tflite/activation-range.js';
import { xnnpackCodesWithin } from '../../../../src/arith/xnnpack/activation-range.js';

const largest = (zeroPoint: number): number =>
  xnnpackCodesWithin([0, 6], { scale: 4, zeroPoint, format: INT8 }).max;

it('rounds a bound half to even with its zero point', () => {
  expect([0, 1, -101].map(largest)).toEqual([2, 2, -100]); // 1.5, 2.5, −99.5
  expect(activationRange('relu6', { scale: 4, zeroPoint: 1, format: INT8 }).max).toBe(3);
});

it('an activation without bounds leaves the format’s', () => {
  const grid = { scale: 4, zeroPoint: 7, format: UINT8 };
  expect(xnnpackCodesWithin([-Infinity, Infinity], grid)).toEqual({ min: 0, max: 255 });
  expect(xnnpackCodesWithin([0, Infinity], grid)).toEqual({ min: 7, max: 255 });
});
