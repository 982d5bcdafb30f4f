import { expect, it } from 'vitest';
import { toInside, toOutside } from '../../../src/kernels/ports.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';

const nchw = tensorFrom('int8', [1, 2, 1, 3], [1, 2, 3, 4, 5, 6]);
const nhwc = tensorFrom('int8', [1, 1, 3, 2], [1, 4, 2, 5, 3, 6]);

it('an input port takes NCHW to NHWC, an output port brings it back', () => {
  expect(toInside({ name: 'x', value: 'x', permutation: [0, 2, 3, 1] }, nchw)).toEqual(nhwc);
  expect(toOutside({ name: 'y', value: 'y', permutation: [0, 3, 1, 2] }, nhwc)).toEqual(nchw);
});

it('a port without a permutation hands its tensor through', () => {
  expect(toInside({ name: 'x', value: 'x', permutation: null }, nchw)).toBe(nchw);
  expect(toOutside({ name: 'y', value: 'y', permutation: null }, nchw)).toBe(nchw);
});

it('a permutation of another rank is refused', () => {
  expect(() => toInside({ name: 'x', value: 'x', permutation: [1, 0] }, nchw)).toThrow('orders all axes');
});
