import { expect, it } from 'vitest';
import {
  fits,
  formatName,
  highestOf,
  holds,
  INT32,
  INT8,
  lowestOf,
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

it('saturates and wraps in every width from 2 to 64 bits', () => {
  const misses: string[] = [];
  for (let bits = 2; bits <= 64; bits += 1) {
    for (const signed of [true, false]) {
      const format = { bits, signed };
      const [low, high] = [lowestOf(format), highestOf(format)];
      const codes = 1n << BigInt(bits);
      const observed = [
        high - low + 1n,
        saturate(high + 1n, format),
        saturate(low - 1n, format),
        saturate(high, format),
        wrap(high + 1n, format),
        wrap(low - 1n, format),
        wrap(high - 5n * codes, format),
        low,
      ];
      const expected = [codes, high, low, high, low, high, high, signed ? -codes / 2n : 0n];
      const contained = holds(format, low) && holds(format, high) && !holds(format, low - 1n);
      if (observed.join() !== expected.join() || !contained || holds(format, high + 1n)) {
        misses.push(`${formatName(format)}: ${observed.join()}, expected ${expected.join()}`);
      }
    }
  }
  expect(misses).toEqual([]);
});
