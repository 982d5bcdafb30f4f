import { expect, it } from 'vitest';
import { softmaxScaling } from '../../../src/arith/softmax-scaling.js';

it('brings codes of scale 1/16 to Q5.26, and reaches 248 codes: the radius assumes a multiplier of 1', () => {
  const scaling = { multiplier: 2 ** 30, leftShift: 23, smallestDifference: -248 };
  expect(softmaxScaling(1 / 16)).toEqual(scaling);
  expect(softmaxScaling(1 / 32, 2)).toEqual(scaling);
});

it('saturates the factor of a coarse grid, where only the maximum itself counts', () => {
  expect(softmaxScaling(100)).toEqual({ multiplier: 2 ** 31 - 1, leftShift: 31, smallestDifference: 0 });
});

it('saturates at half of that in the build that rounds once', () => {
  const scaling = { multiplier: 2 ** 31 - 2, leftShift: 30, smallestDifference: -1 };
  expect(softmaxScaling(100, 1, 'single')).toEqual(scaling);
});
