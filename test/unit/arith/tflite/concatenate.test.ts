import { expect, it } from 'vitest';
import { UINT8 } from '../../../../src/arith/int-format.js';
import { concatenatedCode } from '../../../../src/arith/tflite/concatenate.js';

const output = { scale: 1, zeroPoint: 3, format: UINT8 };

it('rescales half away from zero, as TensorFlow Lite 2.21.0 does', () => {
  const input = { scale: 0.5, zeroPoint: 10, format: UINT8 };
  const codes = [11, 9, 13, 255].map((code) => concatenatedCode(code, input, output));
  expect(codes).toEqual([4, 2, 5, 126]);
});

it('copies an input on the output’s grid, and saturates others', () => {
  expect(concatenatedCode(255, output, output)).toBe(255);
  expect([0, 255].map((code) => concatenatedCode(code, { ...output, zeroPoint: 100 }, output))).toEqual([
    0, 158,
  ]);
  expect(concatenatedCode(255, { ...output, zeroPoint: 0 }, output)).toBe(255);
});
