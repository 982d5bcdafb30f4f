import { describe, expect, it } from 'vitest';
import {
  countOf,
  decodeArray,
  decodeElements,
  encodeElements,
  widenBfloat16,
  widenFloat16,
} from '../../../src/formats/elements.js';

describe('decodeArray', () => {
  it('reads elements in either byte order', () => {
    const bytes = Uint8Array.of(0x01, 0x02, 0xff, 0xfe);
    expect(decodeArray('data', 'int16', [2], bytes).data).toEqual(Int16Array.of(0x0201, -257));
    expect(decodeArray('data', 'int16', [2], bytes, 'big').data).toEqual(Int16Array.of(0x0102, -2));
  });

  it('reads elements that are not aligned in the file', () => {
    const file = Uint8Array.of(9, 0, 0, 0x80, 0x3f);
    expect(decodeArray('data', 'float32', [], file.subarray(1)).data).toEqual(Float32Array.of(1));
  });

  it('copies: a Buffer that changes later does not change the array', () => {
    const buffer = Buffer.from([1, 2]);
    const { data } = decodeArray('data', 'uint8', [2], buffer);
    buffer.fill(9);
    expect(data).toEqual(Uint8Array.of(1, 2));
  });

  it('reads any non-zero byte as true', () => {
    expect(decodeElements('bool', Uint8Array.of(0, 1, 255))).toEqual(Uint8Array.of(0, 1, 1));
  });

  it.each([
    { shape: [3], message: /found 4 bytes of data, expected 6 bytes for int16 of shape \[3\]/ },
    { shape: [2 ** 50, 2 ** 50], message: /found 4 bytes of data, expected 2.5\d*e\+30 bytes/ },
    { shape: [-1], message: /found an extent of -1/ },
    { shape: [0.5], message: /found an extent of 0.5/ },
    { shape: Array.from({ length: 33 }, () => 1), message: /found 33 axes, expected at most 32/ },
  ])('refuses a shape of $shape over two elements', ({ shape, message }) => {
    expect(() => decodeArray('data', 'int16', shape, new Uint8Array(4))).toThrow(message);
  });
});

it('counts no elements where one extent is zero, however large the others', () => {
  expect(countOf([2 ** 53 - 1, 2 ** 53 - 1, 0])).toBe(0);
  expect(countOf([])).toBe(1);
});

it('writes little-endian bytes of just the elements in view', () => {
  const values = Int16Array.of(1, 0x0203, 3).subarray(1, 2);
  expect(encodeElements(values, 'int16')).toEqual(Uint8Array.of(0x03, 0x02));
});

it.each([
  { pattern: 0x0000, value: 0 },
  { pattern: 0x8000, value: -0 },
  { pattern: 0x0001, value: 2 ** -24 },
  { pattern: 0x03ff, value: 1023 * 2 ** -24 },
  { pattern: 0x0400, value: 2 ** -14 },
  { pattern: 0x3c00, value: 1 },
  { pattern: 0xc000, value: -2 },
  { pattern: 0x7bff, value: 65504 },
  { pattern: 0x7c00, value: Infinity },
  { pattern: 0xfc00, value: -Infinity },
  { pattern: 0x7e00, value: NaN },
])('float16 pattern $pattern is $value', ({ pattern, value }) => {
  expect(widenFloat16(Uint16Array.of(pattern))[0]).toBe(value);
});

it.each([
  { pattern: 0x3f80, value: 1 },
  { pattern: 0xc040, value: -3 },
  { pattern: 0xff80, value: -Infinity },
])('bfloat16 pattern $pattern is $value', ({ pattern, value }) => {
  expect(widenBfloat16(Uint16Array.of(pattern))[0]).toBe(value);
});
