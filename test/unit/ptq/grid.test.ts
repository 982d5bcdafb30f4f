import { describe, expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../src/arith/int-format.js';
import {
  asymmetricGrid,
  clampOfGrid,
  onGrid,
  permittedScale,
  symmetricScale,
} from '../../../src/ptq/grid.js';

/** The white paper's vectors (6.4) are in `white-paper-ranges.test.ts`. */

describe('an asymmetric grid', () => {
  it('has one step fewer than it has codes', () => {
    const { scale, zeroPoint } = asymmetricGrid({ min: 0, max: 255 }, INT8, 'free');
    expect({ scale, zeroPoint }).toEqual({ scale: 1, zeroPoint: -128 });
  });

  it.each([
    { range: { min: 0, max: 0 } },
    { range: { min: 0, max: 1e-30 } },
    { range: { min: -1e-30, max: 0 } },
  ])('of $range, which calibration saw as zero only, reaches to 1', ({ range }) => {
    expect(asymmetricGrid(range, INT8, 'free')).toMatchObject({
      scale: Math.fround(1 / 255),
      zeroPoint: -128,
    });
    expect(asymmetricGrid(range, INT8, 'powerOfTwo')).toMatchObject({ scale: 1 / 128, zeroPoint: -128 });
  });

  it('of a single value reaches from zero to that value', () => {
    const positive = asymmetricGrid({ min: 2.55, max: 2.55 }, INT8, 'free');
    const negative = asymmetricGrid({ min: -2.55, max: -2.55 }, INT8, 'free');
    expect(positive).toMatchObject({ scale: Math.fround(0.01), zeroPoint: -128 });
    expect(negative).toMatchObject({ scale: Math.fround(0.01), zeroPoint: 127 });
  });

  it('never has a zero point of -0, which a file would not keep', () => {
    const { zeroPoint } = asymmetricGrid({ min: -1, max: 1 - 2 / 512 }, INT8, 'free');
    expect(zeroPoint).toBe(0);
  });

  it('has a scale that float32 holds, or a power of two', () => {
    const { scale } = asymmetricGrid({ min: -0.3, max: 1 }, UINT8, 'free');
    expect(scale).toBe(Math.fround(1.3 / 255));
    expect(asymmetricGrid({ min: -0.3, max: 1 }, UINT8, 'powerOfTwo').scale).toBe(2 ** -7);
  });

  it('keeps a range that already has a power-of-two step', () => {
    const grid = asymmetricGrid({ min: -32, max: 255 / 4 - 32 }, INT8, 'powerOfTwo');
    expect(grid).toMatchObject({ scale: 0.25, zeroPoint: 0 });
  });
});

describe('a symmetric scale', () => {
  it('reaches the magnitude with the largest of the narrow codes', () => {
    expect(symmetricScale(127, 8, 'free')).toBe(1);
    expect(symmetricScale(7, 4, 'free')).toBe(1);
    expect(symmetricScale(1, 2, 'free')).toBe(1);
  });

  it('rounds up to a power of two', () => {
    expect(symmetricScale(1, 8, 'powerOfTwo')).toBe(2 ** -6);
    expect(symmetricScale(127 / 128, 8, 'powerOfTwo')).toBe(2 ** -7);
  });

  it('is positive where all weights are zero', () => {
    expect(symmetricScale(0, 8, 'free')).toBeGreaterThan(0);
    expect(symmetricScale(0, 8, 'powerOfTwo')).toBeGreaterThan(0);
  });

  it('is refused for weights that are no numbers', () => {
    expect(() => symmetricScale(Number.NaN, 8, 'free')).toThrow('a scale is positive and finite');
    expect(() => permittedScale(0, 'powerOfTwo')).toThrow('a scale is positive and finite');
  });
});

describe('fake quantization', () => {
  const grid = asymmetricGrid({ min: -1, max: 254 }, INT8, 'free'); // scale 1, zero point -127

  it('rounds to the nearest step, ties to the even multiple of the scale', () => {
    expect([1.2, 1.5, 2.5, -0.5].map((value) => onGrid(value, grid))).toEqual([1, 2, 2, 0]);
  });

  it('clips what lies outside', () => {
    expect([-7, 300, Infinity].map((value) => onGrid(value, grid))).toEqual([-1, 254, 254]);
  });
});

describe('the clamp of a fused activation', () => {
  const grid = { scale: 0.05, zeroPoint: -28, format: INT8 };

  it.each([
    { name: 'none', activation: null, clamp: { min: -128, max: 127 } },
    { name: 'ReLU', activation: { min: 0, max: Infinity }, clamp: { min: -28, max: 127 } },
    { name: 'ReLU6', activation: { min: 0, max: 6 }, clamp: { min: -28, max: 92 } },
    { name: 'a range beyond the grid', activation: { min: -100, max: 100 }, clamp: { min: -128, max: 127 } },
  ])('$name is $clamp', ({ activation, clamp }) => {
    expect(clampOfGrid(grid, activation)).toEqual(clamp);
  });
});
