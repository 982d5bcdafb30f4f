import { expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../../src/arith/int-format.js';
import { softmaxScaling } from '../../../../src/arith/softmax-scaling.js';
import { softmaxTableRow } from '../../../../src/arith/tflite/softmax-table.js';
import { softmaxRow } from '../../../../src/arith/tflite/softmax.js';

const probabilities = { scale: 1 / 256, zeroPoint: -128, format: INT8 };

it('gives what TensorFlow Lite 2.21.0 gives, one less than its fixed-point kernel', () => {
  const [row, scale] = [[6, 90, 54, 65, 77], Math.fround(0.296)];
  const input = { scale, zeroPoint: 3, format: INT8 };
  expect(softmaxTableRow(row, input, probabilities)).toEqual([-128, 122, -128, -128, -123]);
  expect(softmaxRow(row, softmaxScaling(scale), INT8, 'double')).toEqual([-128, 123, -128, -128, -123]);
});

it('halves round up, the largest code saturates', () => {
  const equal = Array.from({ length: 512 }, () => 9);
  const input = { scale: 1, zeroPoint: 0, format: UINT8 };
  const output = { scale: 1 / 256, zeroPoint: 0, format: UINT8 };
  expect(new Set(softmaxTableRow(equal, input, output))).toEqual(new Set([1])); // 256/512
  expect(softmaxTableRow([255, 0], input, output)).toEqual([255, 0]);
});

it('beta scales differences', () => {
  const input = { scale: 1, zeroPoint: 0, format: INT8 };
  const scaled = { scale: 0.5, zeroPoint: 0, format: INT8 };
  expect(softmaxTableRow([1, 2, 4], input, probabilities, 0.5)).toEqual(
    softmaxTableRow([1, 2, 4], scaled, probabilities),
  );
});
