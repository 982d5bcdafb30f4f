import { expect, it } from 'vitest';
import {
  fits,
  formatName,
  INT32,
  INT8,
  maxOf,
  minOf,
  saturate,
  UINT8,
  wrap,
} from '../../../src/arith/int-format.js';

it('a format spans its two extremes', () => {
  const int4 = { bits: 4, signed: true };
  expect([minOf(int4), maxOf(int4), minOf(UINT8), maxOf(UINT8)]).toEqual([-8, 7, 0, 255]);
  expect([minOf(INT32), maxOf(INT32)]).toEqual([-(2 ** 31), 2 ** 31 - 1]);
});

it('fits asks for an integer between the extremes', () => {
  expect([fits(-128, INT8), fits(-129, INT8), fits(127, INT8), fits(128, INT8), fits(0.5, INT8)]).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
});

it('saturates to the nearest extreme where wrapping keeps the low bits', () => {
  expect([saturate(200n, INT8), saturate(-200n, INT8), saturate(-1n, UINT8)]).toEqual([127n, -128n, 0n]);
  expect([wrap(200n, INT8), wrap(-200n, INT8), wrap(-1n, UINT8)]).toEqual([-56n, 56n, 255n]);
});

it('is called by its signedness and width', () => {
  expect([formatName(INT8), formatName({ bits: 4, signed: false })]).toEqual(['int8', 'uint4']);
});
