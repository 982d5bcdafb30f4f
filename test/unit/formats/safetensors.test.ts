import { describe, expect, it } from 'vitest';
import type { PlainArray } from '../../../src/formats/elements.js';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.js';

/** A file with the given header, whatever it is. */
function file(header: unknown, dataBytes = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

const tensors = new Map<string, PlainArray>([
  ['wide', { type: 'int64', shape: [1], data: BigInt64Array.of(-1n) }],
  ['bias', { type: 'int32', shape: [2], data: Int32Array.of(1, -1) }],
  ['scale', { type: 'float32', shape: [], data: Float32Array.of(0.5) }],
  ['b', { type: 'int16', shape: [1], data: Int16Array.of(-2) }],
  ['c', { type: 'uint16', shape: [1], data: Uint16Array.of(3) }],
  ['__proto__', { type: 'int8', shape: [1, 2], data: Int8Array.of(-1, 2) }],
  ['a', { type: 'uint8', shape: [0, 2], data: new Uint8Array(0) }],
]);
const metadata = new Map([
  ['graph', '{"nodes": []}'],
  ['é', ''],
]);

describe('writeSafetensors', () => {
  it('is read back with every tensor and all metadata', () => {
    expect(readSafetensors(writeSafetensors({ tensors, metadata }))).toEqual({ tensors, metadata });
  });

  it('writes the bytes that the format prescribes', () => {
    const small = new Map<string, PlainArray>([
      ['x', { type: 'int16', shape: [1], data: Int16Array.of(-2) }],
    ]);
    const header = '{"x":{"dtype":"I16","shape":[1],"data_offsets":[0,2]}}  ';
    const bytes = writeSafetensors({ tensors: small, metadata: new Map() });
    expect(Buffer.from(bytes).toString('latin1')).toBe(`\x38\0\0\0\0\0\0\0${header}\xfe\xff`);
  });

  it('gives the same bytes whatever the order of the maps', () => {
    const reversed = { tensors: new Map([...tensors].reverse()), metadata: new Map([...metadata].reverse()) };
    expect(writeSafetensors(reversed)).toEqual(writeSafetensors({ tensors, metadata }));
  });
});

function entry(start: unknown, end: unknown, shape: unknown = [1], dtype: unknown = 'U8'): object {
  return { dtype, shape, data_offsets: [start, end] };
}

describe('readSafetensors', () => {
  it('reads tensors that are not in the order of their offsets', () => {
    const { tensors: read } = readSafetensors(file({ b: entry(1, 2), a: entry(0, 1) }, 2));
    expect([...read.keys()]).toEqual(['b', 'a']);
  });

  it.each([
    { why: 'an empty file', bytes: new Uint8Array(0), message: /found 0 bytes of header length/ },
    {
      why: 'a huge header',
      bytes: Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255),
      message: /a header of 18446744073709551615 bytes/,
    },
    {
      why: 'a cut header',
      bytes: file({ a: entry(0, 1) }, 1).subarray(0, 20),
      message: /byte 8: found 12 bytes of header/,
    },
    { why: 'a header that is not JSON', bytes: file('{'), message: /no JSON object/ },
    { why: 'a header that is a list', bytes: file([]), message: /no JSON object/ },
    {
      why: 'metadata that is not text',
      bytes: file({ __metadata__: { a: 1 } }),
      message: /__metadata__: found something else than a map of text/,
    },
    {
      why: 'metadata that is null',
      bytes: file({ __metadata__: 'x' }),
      message: /something else than a map of text/,
    },
    {
      why: 'an unknown dtype',
      bytes: file({ a: entry(0, 1, [1], 'F8_E4M3') }, 1),
      message: /tensor 'a': found dtype "F8_E4M3", expected one of F32/,
    },
    { why: 'an entry that is no object', bytes: file({ a: 1 }), message: /found dtype missing/ },
    {
      why: 'an extent that is no count',
      bytes: file({ a: entry(0, 1, [-1]) }, 1),
      message: /found shape \[-1\]/,
    },
    {
      why: 'offsets in the wrong order',
      bytes: file({ a: entry(1, 0) }, 1),
      message: /data_offsets \[1,0\]/,
    },
    {
      why: 'three offsets',
      bytes: file({ a: { ...entry(0, 1), data_offsets: [0, 1, 2] } }, 1),
      message: /two lists of counts/,
    },
    {
      why: 'offsets past the end',
      bytes: file({ a: entry(0, 2, [2]) }, 1),
      message: /an end within 1 bytes/,
    },
    {
      why: 'an overlap',
      bytes: file({ a: entry(0, 1), b: entry(0, 1) }, 1),
      message: /tensor 'b': found data_offsets \[0, 1\], expected a start at 1/,
    },
    { why: 'a gap', bytes: file({ a: entry(0, 1), b: entry(2, 3) }, 3), message: /expected a start at 1/ },
    {
      why: 'bytes of no tensor',
      bytes: file({ a: entry(0, 1) }, 2),
      message: /data: found 2 bytes, expected the 1 bytes/,
    },
    {
      why: 'a shape of another size',
      bytes: file({ a: entry(0, 1, [2]) }, 1),
      message: /found 1 bytes of data, expected 2 bytes for uint8/,
    },
  ])('refuses $why', ({ bytes, message }) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });
});
