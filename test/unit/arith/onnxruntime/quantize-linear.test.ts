import { describe, expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import { dynamicGrid } from '../../../../src/arith/onnxruntime/dynamic-quantize.js';
import { dequantizeLinear, quantizeLinear } from '../../../../src/arith/onnxruntime/quantize-linear.js';

const f = Math.fround;

describe('QuantizeLinear', () => {
  it.each([
    { why: '0.5 ties to 0, then the zero point is added', x: 0.5, scale: 1, zeroPoint: 1, want: 1 },
    { why: '-1.5 ties to -2', x: -1.5, scale: 1, zeroPoint: 0, want: -2 },
    {
      why: 'the quotient is a float32: 3.4999999 becomes 3.5',
      x: f(0.35),
      scale: f(0.1),
      zeroPoint: 0,
      want: 4,
    },
    { why: 'it saturates after the zero point', x: 100, scale: 1, zeroPoint: 100, want: 127 },
    { why: 'an infinity saturates', x: -Infinity, scale: 1, zeroPoint: 0, want: -128 },
  ])('$why', ({ x, scale, zeroPoint, want }) => {
    expect(quantizeLinear(x, { scale, zeroPoint, format: INT8 })).toBe(want);
  });
});

describe('DequantizeLinear', () => {
  it('rounds the product to float32', () => {
    expect(dequantizeLinear(-128, { scale: f(0.1), zeroPoint: 3 })).toBe(f(-131 * f(0.1)));
  });

  it('rounds an int32 code to float32 first', () => {
    const scale = 0.7778083086013794;
    expect(dequantizeLinear(145391179, { scale, zeroPoint: 0 })).toBe(113086472); // in one step 113086464
  });
});

describe('DynamicQuantizeLinear', () => {
  it('spans the values and 0 with 255 steps', () => {
    expect(dynamicGrid([-1, 2])).toEqual({ scale: f(3 / 255), zeroPoint: 85, format: UINT8 });
  });

  it('widens a range of one sign to 0', () => {
    expect(dynamicGrid([510, 1])).toEqual({ scale: 2, zeroPoint: 0, format: UINT8 });
    expect(dynamicGrid([-510, -1])).toEqual({ scale: 2, zeroPoint: 255, format: UINT8 });
  });

  it('takes a tie of the zero point to even', () => {
    expect(dynamicGrid([-2.5, 252.5]).zeroPoint).toBe(2);
  });

  it('divides in float32 to find the zero point: 8.5 ties to 8', () => {
    expect(dynamicGrid([-62, 1798]).zeroPoint).toBe(8);
  });

  it('takes the difference in float32', () => {
    expect(dynamicGrid([f(-899.8), 933]).scale).toBe(f(f(f(899.8) + 933) / 255));
    expect(dynamicGrid([f(-899.8), 933]).scale).not.toBe(f((f(899.8) + 933) / 255));
  });

  it('takes elements without a number for nothing, and 255 where the zero point is none', () => {
    expect(dynamicGrid([Number.NaN, -1, Number.NaN, 2])).toEqual(dynamicGrid([-1, 2]));
    expect(dynamicGrid([-Infinity, Infinity])).toEqual({ scale: Infinity, zeroPoint: 255, format: UINT8 });
    expect(dynamicGrid([2 ** -149])).toEqual({ scale: 0, zeroPoint: 255, format: UINT8 });
  });

  it('takes scale 1 where everything is 0', () => {
    expect(dynamicGrid([0, 0])).toEqual({ scale: 1, zeroPoint: 0, format: UINT8 });
  });
});
