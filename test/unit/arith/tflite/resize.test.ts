import { expect, it } from 'vitest';
import {
  bilinearCode,
  bilinearTaps,
  nearestPositions,
  type ResizeAxis,
} from '../../../../src/arith/tflite/resize.js';

const axis = (input: number, output: number, corners = false, centers = false): ResizeAxis => ({
  input,
  output,
  alignCorners: corners,
  halfPixelCenters: centers,
});

/** `lower-upper:fraction` of every tap. */
const taps = (of: ResizeAxis): string[] =>
  bilinearTaps(of).map(({ lower, upper, fraction }) => `${lower}-${upper}:${fraction}`);

it('bilinear positions step by input / output in units of 1/1024', () => {
  expect(taps(axis(2, 4))).toEqual(['0-0:0', '0-1:512', '1-1:0', '1-1:512']);
  expect(taps(axis(2, 3))).toEqual(['0-0:0', '0-1:683', '1-1:342']); // 682.67 rounds to 683
});

it('aligned corners meet at both ends', () => {
  expect(taps(axis(2, 3, true))).toEqual(['0-0:0', '0-1:512', '1-1:0']);
  expect(taps(axis(5, 1, true))).toEqual(['0-0:0']);
});

it('half-pixel centers start before the first pixel, where both taps are that pixel', () => {
  expect(taps(axis(2, 4, false, true))).toEqual(['0-0:0', '0-1:256', '0-1:768', '1-1:256']);
});

it('a blend ties away from zero, or up in the build that rounds once', () => {
  const blends = (['double', 'single'] as const).map((build) =>
    [0, 1].map((sign) => bilinearCode(sign === 0 ? [0, 1, 0, 1] : [0, -1, 0, -1], 300, 512, build)),
  );
  expect(blends).toEqual([
    [1, -1],
    [1, 0],
  ]);
  expect(bilinearCode([0, 0, 0, 100], 512, 256, 'double')).toBe(13); // 12.5
});

it('nearest positions round down, or half away from zero with aligned corners', () => {
  expect(nearestPositions(axis(2, 4))).toEqual([0, 0, 1, 1]);
  expect(nearestPositions(axis(3, 5, true))).toEqual([0, 1, 1, 2, 2]);
  expect(nearestPositions(axis(2, 3, false, true))).toEqual([0, 1, 1]);
  expect(nearestPositions(axis(4, 1, true))).toEqual([0]);
});
