import { describe, expect, it } from 'vitest';
import { aimetQuantize } from '../../../../src/arith/float-quantizers/aimet.js';
import { fbgemmQuantize, fbgemmQuantizeAvx2 } from '../../../../src/arith/float-quantizers/fbgemm.js';
import { UINT8 } from '../../../../src/arith/int-format.js';
import { quantizeLinear } from '../../../../src/arith/onnxruntime/quantize-linear.js';

const unitGrid = (zeroPoint: number) => ({ scale: 1, zeroPoint, format: UINT8 });

describe('FBGEMM', () => {
  it('multiplies by the inverse, where ONNX divides', () => {
    const [x, grid] = [
      Math.fround(0.273939937),
      { scale: Math.fround(0.00214854861), zeroPoint: 0, format: UINT8 },
    ];
    expect(fbgemmQuantize(x, grid)).toBe(128);
    expect(fbgemmQuantizeAvx2(x, grid)).toBe(128);
    expect(quantizeLinear(x, grid)).toBe(127);
  });

  it.each([fbgemmQuantize, fbgemmQuantizeAvx2])(
    'ties go to even before the zero point, and it saturates',
    (rule) => {
      const grid = { scale: 1, zeroPoint: 1, format: UINT8 };
      expect([0.5, 1.5, 2.5, -3, 300].map((x) => rule(x, grid))).toEqual([1, 3, 3, 0, 255]);
    },
  );

  it('wraps a huge value to 0 in AVX2, where the zero point is above 127', () => {
    expect([127, 128].map((zeroPoint) => fbgemmQuantizeAvx2(1e12, unitGrid(zeroPoint)))).toEqual([255, 0]);
    expect(fbgemmQuantize(1e12, unitGrid(128))).toBe(255);
    expect(fbgemmQuantizeAvx2(-1e12, unitGrid(128))).toBe(0);
  });
});

describe('AIMET', () => {
  it('rounds half away from zero once the offset is gone', () => {
    const encoding = { min: -128, max: 127, delta: 1, offset: -128 };
    expect([-128, -0.5, 0.5, 127].map((x) => aimetQuantize(x, encoding))).toEqual([0, 128, 129, 255]);
  });

  it('clamps the value, not the code', () => {
    const encoding = { min: 0, max: 6, delta: 1, offset: 0 };
    expect([-1, 7].map((x) => aimetQuantize(x, encoding))).toEqual([0, 6]);
  });

  it('divides by the step as a float32: with the double it would be 59', () => {
    const encoding = { min: 0, max: 1, delta: 1 / 255, offset: 0 };
    expect(aimetQuantize(0.2294117659330368, encoding)).toBe(58);
  });
});
