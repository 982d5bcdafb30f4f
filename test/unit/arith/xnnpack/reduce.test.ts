import { describe, expect, it } from 'vitest';
import type { AffineGrid } from '../../../../src/arith/affine.js';
import { INT8, UINT8, type IntFormat } from '../../../../src/arith/int-format.js';
import { prepareXnnpackMean, xnnpackReduced } from '../../../../src/arith/xnnpack/reduce.js';

const grid = (scale: number, zeroPoint: number, format: IntFormat = INT8): AffineGrid => ({
  scale: Math.fround(scale),
  zeroPoint,
  format,
});

describe('mean', () => {
  it('ties of the code, zero point included, go away from zero', () => {
    const mean = prepareXnnpackMean(grid(1, -3), grid(1, -3), 2);
    expect([-5, -7, 5].map((sum) => xnnpackReduced(sum, mean))).toEqual([-3, -4, 3]); // −2.5, −3.5, 2.5
  });

  it('saturates in the output’s format', () => {
    const mean = prepareXnnpackMean(grid(1, 128, UINT8), grid(0.25, 128, UINT8), 4);
    expect([0, 4 * 255, 4 * 128 + 1].map((sum) => xnnpackReduced(sum, mean))).toEqual([0, 255, 129]);
  });

  // The cases below were run by TensorFlow Lite 2.21.0.
  it('keeps the input’s zero point in the float32 line; taking it away first would give −27', () => {
    const mean = prepareXnnpackMean(grid(0.014089751057326794, -7), grid(0.0348999984562397, 12), 22);
    expect(xnnpackReduced(-2252, mean)).toBe(-26);
  });

  it('divides the scales first; sx / (count · sy) would give 54', () => {
    const mean = prepareXnnpackMean(grid(0.01740950159728527, 14), grid(0.03200000151991844, 15), 47);
    expect(xnnpackReduced(3984, mean)).toBe(53);
  });

  it('multiplies by 1 / count; dividing by the count would give −48', () => {
    const mean = prepareXnnpackMean(grid(0.012472297064960003, 6), grid(0.012900000438094139, -8), 55);
    expect(xnnpackReduced(-1917, mean)).toBe(-47);
  });
});
