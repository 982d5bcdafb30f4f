import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../../src/formats/idx.js';

describe('readIdx', () => {
  it('reads images', () => {
    const file = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 255);
    expect(readIdx(file)).toEqual({ type: 'uint8', shape: [1, 2, 2], data: Uint8Array.of(1, 2, 3, 255) });
    expect(readIdx(gzipSync(file)).shape).toEqual([1, 2, 2]);
  });

  it.each([
    { code: 0x09, data: [255], want: { type: 'int8', data: Int8Array.of(-1) } },
    { code: 0x0b, data: [1, 2], want: { type: 'int16', data: Int16Array.of(258) } },
    { code: 0x0c, data: [0, 0, 1, 2], want: { type: 'int32', data: Int32Array.of(258) } },
    { code: 0x0d, data: [0x3f, 0xc0, 0, 0], want: { type: 'float32', data: Float32Array.of(1.5) } },
    {
      code: 0x0e,
      data: [0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
      want: { type: 'float64', data: Float64Array.of(1.5) },
    },
  ])('reads $want.type', ({ code, data, want }) => {
    expect(readIdx(Uint8Array.of(0, 0, code, 1, 0, 0, 0, 1, ...data))).toEqual({ ...want, shape: [1] });
  });

  it.each([
    { why: 'an empty file', bytes: [], message: /found 0 bytes of header/ },
    {
      why: 'another kind of file',
      bytes: [1, 2, 8, 1],
      message: /found 258, type code 8 and rank 1, expected 0/,
    },
    { why: 'an unknown type', bytes: [0, 0, 7, 1], message: /type code 7/ },
    { why: 'too many axes', bytes: [0, 0, 8, 33], message: /rank 33/ },
    {
      why: 'cut extents',
      bytes: [0, 0, 8, 2, 0, 0, 0, 1],
      message: /byte 4: found 4 bytes of extents .*expected 8/,
    },
    {
      why: 'cut elements',
      bytes: [0, 0, 8, 1, 0, 0, 0, 2, 7],
      message: /data at byte 8: found 1 bytes of data, expected 2/,
    },
    {
      why: 'a claim of 4 GiB',
      bytes: [0, 0, 8, 1, 255, 255, 255, 255],
      message: /expected 4294967295 bytes/,
    },
  ])('refuses $why', ({ bytes, message }) => {
    expect(() => readIdx(Uint8Array.from(bytes))).toThrow(message);
  });
});
