import { describe, expect, it } from 'vitest';
import { chooseRequantizationMultiplier } from '../../../src/arith/multipliers/fbgemm.js';
import {
  quantizeMultiplier,
  quantizeMultiplierEmulated,
  quantizeMultiplierSingle,
  reduceMultiplier,
  tvmMultiplier,
} from '../../../src/arith/multipliers/tflite.js';
import { reciprocalScale, tosaMultiplier16, tosaMultiplier32 } from '../../../src/arith/multipliers/tosa.js';
import { velaReducedScale, velaScale } from '../../../src/arith/multipliers/vela.js';
import { splitScale, splitScale16 } from '../../../src/arith/multipliers/xnnpack.js';
import { qLinearScale } from '../../../src/arith/requantizers/onnxruntime.js';

describe('TFLite makes a 31-bit multiplier and a shift of a factor', () => {
  it.each([
    { factor: 0.5, multiplier: 1073741824, leftShift: 0 },
    { factor: 0.25, multiplier: 1073741824, leftShift: -1 },
    { factor: 0.1, multiplier: 1717986918, leftShift: -3 },
    { factor: 0.3, multiplier: 1288490189, leftShift: -1 },
    { factor: 1 / 3, multiplier: 1431655765, leftShift: -1 },
    { factor: 0.0125, multiplier: 1717986918, leftShift: -6 },
    { factor: 0.00390625, multiplier: 1073741824, leftShift: -7 },
    { factor: 0.75, multiplier: 1610612736, leftShift: 0 },
    { factor: 1.5, multiplier: 1610612736, leftShift: 1 },
    { factor: 0, multiplier: 0, leftShift: 0 },
  ])('$factor', ({ factor, multiplier, leftShift }) => {
    expect(quantizeMultiplier(factor)).toEqual({ multiplier, leftShift });
  });

  it('renormalizes a mantissa that rounds up to 2^31', () => {
    expect(quantizeMultiplier(1 - 2 ** -32)).toEqual({ multiplier: 2 ** 30, leftShift: 1 });
  });

  it('flushes what lies below 2^-32 to zero, unless it rounds up to it', () => {
    expect(quantizeMultiplier(2 ** -32)).toEqual({ multiplier: 2 ** 30, leftShift: -31 });
    expect(quantizeMultiplier(2 ** -32 * (1 - 2 ** -32))).toEqual({ multiplier: 2 ** 30, leftShift: -31 });
    expect(quantizeMultiplier(2 ** -32 * (1 - 2 ** -30))).toEqual({ multiplier: 0, leftShift: 0 });
    expect(quantizeMultiplier(Number.MIN_VALUE)).toEqual({ multiplier: 0, leftShift: 0 });
  });

  it('rounds the 31-bit mantissa half away from zero', () => {
    expect(quantizeMultiplier((2 ** 30 + 0.5) / 2 ** 31).multiplier).toBe(2 ** 30 + 1);
  });

  it.each([-1, NaN, Infinity])('refuses %d', (factor) => {
    expect(() => quantizeMultiplier(factor)).toThrow('a factor is finite and not negative');
  });
});

/** A mantissa exactly between two of 31 bits. */
const TIE = (2 ** 30 + 0.5) / 2 ** 31;

describe('other stacks derive multipliers in their own way', () => {
  it('TFLite with one rounding saturates from 2^30 on', () => {
    expect(quantizeMultiplierSingle(2 ** 30)).toEqual({ multiplier: 2 ** 31 - 1, leftShift: 30 });
    expect(quantizeMultiplierSingle(2 ** 29)).toEqual({ multiplier: 2 ** 30, leftShift: 30 });
  });

  it('TFLite with emulated float rounds ties of the mantissa down', () => {
    expect(quantizeMultiplierEmulated(TIE).multiplier).toBe(2 ** 30);
    expect(quantizeMultiplierEmulated((2 ** 30 + 0.75) / 2 ** 31).multiplier).toBe(2 ** 30 + 1);
  });

  it('TVM flushes nothing to zero', () => {
    expect(tvmMultiplier(2 ** -40)).toEqual({ multiplier: 2 ** 30, leftShift: -39 });
  });

  it('Vela does not renormalize, and has no scale where the shift leaves 6 bits', () => {
    expect(velaScale(1 - 2 ** -32)).toEqual({ multiplier: 2 ** 31, rightShift: 31 });
    expect(velaScale(2 ** -33)).toEqual({ multiplier: 2 ** 30, rightShift: 63 });
    expect([velaScale(2 ** -34), velaScale(2 ** 32)]).toEqual([
      { multiplier: 0, rightShift: 16 },
      { multiplier: 0, rightShift: 16 },
    ]);
    expect(velaReducedScale(1 - 2 ** -32)).toEqual({ multiplier: 32767, rightShift: 15 });
    expect(velaReducedScale(0.5)).toEqual({ multiplier: 2 ** 14, rightShift: 15 });
  });

  it('TOSA moves the multiplier down where the shift would pass 62', () => {
    expect(tosaMultiplier32(2 ** -31)).toEqual({ multiplier: 2 ** 30, rightShift: 61 });
    expect(tosaMultiplier32(2 ** -35)).toEqual({ multiplier: 2 ** 27, rightShift: 62 });
    expect(tosaMultiplier32(2 ** -100)).toEqual({ multiplier: 0, rightShift: 62 });
    expect(tosaMultiplier16(1 - 2 ** -17)).toEqual({ multiplier: 2 ** 14, rightShift: 14 });
  });

  it('TOSA divides a pooling sum by multiplying', () => {
    expect(reciprocalScale(1)).toEqual({ multiplier: 2 ** 30 + 1, rightShift: 30 });
    expect(reciprocalScale(9)).toEqual({ multiplier: 1908874355, rightShift: 34 });
  });

  it('FBGEMM leaves a scale of 1 alone and rounds to even', () => {
    expect(chooseRequantizationMultiplier(1)).toEqual({ multiplier: 2 ** 30, rightShift: 30 });
    expect(chooseRequantizationMultiplier(0.5)).toEqual({ multiplier: 2 ** 30, rightShift: 31 });
    expect(chooseRequantizationMultiplier(6)).toEqual({ multiplier: 3 * 2 ** 29, rightShift: 28 });
  });

  it.each([0, -1, Infinity, NaN, 2 ** -200])('FBGEMM has no multiplier for %d', (factor) => {
    expect(() => chooseRequantizationMultiplier(factor)).toThrow('a factor is a positive float32');
  });

  it('XNNPACK takes the mantissa of the float32 as it is, or 15 bits of it', () => {
    expect(splitScale(0.75)).toEqual({ mantissa: 3n * 2n ** 22n, shift: 24 });
    expect(splitScale16(0.75)).toEqual({ multiplier: 3n * 2n ** 13n, exponent: 0 });
    expect(splitScale16(1 - 2 ** -24)).toEqual({ multiplier: 2n ** 14n, exponent: 1 });
  });

  it('16-bit kernels keep 15 bits of a multiplier, rounded half up, below 2^15', () => {
    expect([2 ** 30, 2 ** 30 + 2 ** 15, 0x7ffeffff, 0x7fff0000, 2 ** 31 - 1].map(reduceMultiplier)).toEqual([
      2 ** 14,
      2 ** 14 + 1,
      0x7fff,
      0x7fff,
      0x7fff,
    ]);
  });

  it('ONNX Runtime rounds the product of two scales to float32 before it divides', () => {
    const [x, w, y] = [Math.fround(0.1), Math.fround(0.2), Math.fround(0.3)];
    expect(qLinearScale(x, w, y)).toBe(Math.fround(Math.fround(x * w) / y));
    expect(qLinearScale(2 ** -100, 2 ** -100, 1)).toBe(0);
  });
});
