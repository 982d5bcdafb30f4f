import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { PlainArray } from '../../../src/formats/elements.js';
import { writeNpy } from '../../../src/formats/npy.js';
import { readNpz, writeNpz } from '../../../src/formats/npz.js';

const arrays = new Map<string, PlainArray>([
  ['weights', { type: 'int8', shape: [2, 2], data: Int8Array.of(1, -2, 3, -4) }],
  ['0', { type: 'float32', shape: [], data: Float32Array.of(0.5) }],
]);

/** The archive with one byte changed, found from the first occurrence of a record signature. */
function patched(
  archive: Uint8Array,
  signature: readonly number[],
  offset: number,
  value: number,
): Uint8Array {
  const copy = Buffer.from(archive);
  copy[copy.indexOf(Buffer.from(signature)) + offset] = value;
  return copy;
}
const central = [0x50, 0x4b, 1, 2];
const local = [0x50, 0x4b, 3, 4];

describe('readNpz', () => {
  it.each([{ compress: false }, { compress: true }])(
    'reads back what was written, compress $compress',
    (options) => {
      expect(readNpz(writeNpz(arrays, options))).toEqual(arrays);
    },
  );

  it('reads an archive of no arrays', () => {
    expect(readNpz(writeNpz(new Map())).size).toBe(0);
  });

  it('finds the directory before a comment', () => {
    const archive = writeNpz(arrays);
    const withComment = Buffer.concat([archive, Buffer.from('hello')]);
    withComment[archive.length - 2] = 5;
    expect(readNpz(withComment)).toEqual(arrays);
  });

  const archive = writeNpz(arrays);
  it.each([
    {
      why: 'something else',
      bytes: new Uint8Array(100),
      message: /no zip directory, expected a zip archive/,
    },
    { why: 'an empty file', bytes: new Uint8Array(0), message: /no zip directory/ },
    { why: 'an archive that is cut off', bytes: archive.subarray(0, -30), message: /no zip directory/ },
    {
      why: 'a wrong checksum',
      bytes: patched(archive, central, 16, 0xaa),
      message: /another length or checksum/,
    },
    {
      why: 'changed content',
      bytes: patched(archive, [0x93, 0x4e], 20, 0xaa),
      message: /another length or checksum/,
    },
    { why: 'encryption', bytes: patched(archive, central, 8, 1), message: /found encryption/ },
    {
      why: 'another compression',
      bytes: patched(archive, central, 10, 14),
      message: /found compression method 14/,
    },
    {
      why: 'a wrong local record',
      bytes: patched(archive, local, 0, 0),
      message: /byte 0: found other bytes, expected a zip local record/,
    },
    {
      why: 'a wrong central record',
      bytes: patched(archive, central, 0, 0),
      message: /expected a zip central record/,
    },
    {
      why: 'a member of another kind',
      bytes: zipSync({ 'a.txt': Uint8Array.of(1) }),
      message: /member 'a.txt', byte 0: found other bytes/,
    },
  ])('refuses $why', ({ bytes, message }) => {
    expect(() => readNpz(bytes)).toThrow(message);
  });

  it('refuses deflated data that does not decode', () => {
    const compressed = writeNpz(new Map([...arrays].slice(0, 1)), { compress: true });
    const start = 30 + 'weights.npy'.length;
    expect(() => readNpz(Buffer.from(compressed).fill(0xff, start, start + 10))).toThrow(/does not decode/);
  });

  it('refuses a member that claims more than its archive can hold', () => {
    expect(() => readNpz(patched(archive, central, 27, 0x10))).toThrow(
      /a claim of \d+ bytes of content, expected at most/,
    );
  });

  it('refuses more content than the caller allows', () => {
    expect(() => readNpz(archive, 100)).toThrow(/expected at most 100 in an archive/);
  });

  it('refuses the mark of a zip64 archive', () => {
    const marked = Buffer.from(archive);
    marked.fill(0xff, marked.indexOf(Buffer.from(central)) + 24, marked.indexOf(Buffer.from(central)) + 28);
    expect(() => readNpz(marked)).toThrow(/found a zip64 record/);
  });

  it('refuses a name twice', () => {
    const npy = writeNpy({ type: 'uint8', shape: [1], data: Uint8Array.of(1) });
    const twins = Buffer.from(zipSync({ 'a.npy': npy, 'b.npy': npy }));
    twins[twins.lastIndexOf('b.npy')] = 'a'.charCodeAt(0);
    expect(() => readNpz(twins)).toThrow(/found 'a.npy' twice/);
  });
});

it('writes the same bytes for the same arrays', () => {
  expect(writeNpz(arrays)).toEqual(writeNpz(new Map(arrays)));
});
