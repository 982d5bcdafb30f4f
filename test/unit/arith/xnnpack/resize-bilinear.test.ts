import { expect, it } from 'vitest';
import type { ResizeAxis } from '../../../../src/arith/tflite/resize.js';
import { xnnpackBilinearTaps } from '../../../../src/arith/xnnpack/resize-bilinear.js';

const axis = (input: number, output: number, corners = false, centers = false): ResizeAxis => ({
  input,
  output,
  alignCorners: corners,
  halfPixelCenters: centers,
});

/** `lower-upper:fraction` of every tap. */
const taps = (of: ResizeAxis): string[] =>
  xnnpackBilinearTaps(of).map(({ lower, upper, fraction }) => `${lower}-${upper}:${fraction}`);

it('weights have 11 bits, and the last tap has no neighbour', () => {
  expect(taps(axis(2, 3))).toEqual(['0-1:0', '0-1:1365', '1-1:683']);
  expect(taps(axis(2, 3, true))).toEqual(['0-1:0', '0-1:1024', '1-1:0']);
  expect(taps(axis(5, 1, true))).toEqual(['0-1:0']);
});

it('half-pixel centers are held inside the input', () => {
  expect(taps(axis(2, 4, false, true))).toEqual(['0-1:0', '0-1:512', '0-1:1536', '1-1:0']);
});
