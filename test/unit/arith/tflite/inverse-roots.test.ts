import { expect, it } from 'vitest';
import { quantizeMultiplier } from '../../../../src/arith/multipliers/tflite.js';
import {
  l2NormalizedRow,
  prepareReciprocalRoot,
  reciprocalRoot,
} from '../../../../src/arith/tflite/inverse-roots.js';
import { int8 } from './grids.js';

it.each(['double', 'single'] as const)('1 / sqrt of codes above the zero point, %s build', (build) => {
  const parameters = prepareReciprocalRoot(int8(1, -4), int8(1 / 64, 1), build);
  const codes = [-3, 0, 12, -4].map((code) => reciprocalRoot(code, parameters));
  expect(codes).toEqual([65, 33, 17, 127]); // 1, 1/2, 1/4 and infinity
});

it('the root of the scale and its product with the output scale are float32', () => {
  const [input, output] = [int8(0.3), int8(0.02)];
  const product = Math.fround(Math.fround(Math.sqrt(input.scale)) * output.scale);
  expect(product).not.toBe(Math.fround(Math.sqrt(input.scale) * output.scale));
  expect(prepareReciprocalRoot(input, output, 'double').rescale).toEqual(quantizeMultiplier(1 / product));
});

it.each(['double', 'single'] as const)('a row divided by its length, %s build', (build) => {
  expect(l2NormalizedRow([4, 5], int8(1, 1), build)).toEqual([77, 102]); // 3/5 and 4/5 of 128
  expect(l2NormalizedRow([5, 0], int8(1), build)).toEqual([127, 0]);
  expect(l2NormalizedRow([0, 0], int8(1), build)).toEqual([0, 0]);
});
