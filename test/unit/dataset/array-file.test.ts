import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../../src/formats/npy.js';
import { writeNpz } from '../../../src/formats/npz.js';
import { asNumbers, readArrayFile, splitMember } from '../../../src/importers/dataset/array-file.js';

const pair = { type: 'uint8', shape: [2, 1], data: Uint8Array.of(3, 4) } as const;
const other = { type: 'int16', shape: [1], data: Int16Array.of(-5) } as const;
const idx = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 3, 4);

describe('the array in a data file', () => {
  it.each([
    { name: 'npy', bytes: writeNpy(pair) },
    { name: 'npy under gzip', bytes: new Uint8Array(gzipSync(writeNpy(pair))) },
    { name: 'an npz of one array', bytes: writeNpz(new Map([['a', pair]])) },
    { name: 'idx', bytes: idx },
    { name: 'idx under gzip', bytes: new Uint8Array(gzipSync(idx)) },
  ])('comes out of $name', ({ bytes }) => {
    expect(readArrayFile(bytes, null)).toEqual(pair);
  });

  it('comes out of an image as one row', () => {
    const png = new PNG({ width: 2, height: 1 });
    png.data.set([1, 2, 3, 255, 4, 5, 6, 255]);
    const { shape, data } = readArrayFile(new Uint8Array(PNG.sync.write(png)), null);
    expect(shape.slice(0, 3)).toEqual([1, 1, 2]);
    expect(Array.from(data.slice(0, 3), Number)).toEqual([1, 2, 3]);
  });

  it('is the member named after #', () => {
    const bytes = writeNpz(
      new Map<string, typeof pair | typeof other>([
        ['a', pair],
        ['b', other],
      ]),
    );
    expect(readArrayFile(bytes, 'b')).toEqual(other);
    expect(() => readArrayFile(bytes, null)).toThrow(
      'npz archive: found 2 arrays and no choice among them, expected one of a, b; name one: file.npz#array',
    );
    expect(() => readArrayFile(bytes, 'c')).toThrow("found no array 'c', expected one of a, b");
  });

  it('has no members where the file is no archive', () => {
    expect(() => readArrayFile(writeNpy(pair), 'a')).toThrow(
      "'#a': found a file that is no npz archive; leave the # off",
    );
  });

  it.each([[new Uint8Array(0)], [Uint8Array.of(1, 2, 3)], [writeNpy(pair).subarray(0, 20)]])(
    'is refused where the bytes are none of these',
    (bytes) => {
      expect(() => readArrayFile(bytes, null)).toThrow(expect.objectContaining({ name: 'UserError' }));
    },
  );
});

it('a path names a member after its last #', () => {
  expect(splitMember('digits.npz#images')).toEqual({ file: 'digits.npz', member: 'images' });
  expect(splitMember('a#b.npz#c')).toEqual({ file: 'a#b.npz', member: 'c' });
  expect(splitMember('digits.npy')).toEqual({ file: 'digits.npy', member: null });
});

const int64 = (value: bigint) => ({ type: 'int64', shape: [1], data: BigInt64Array.of(value) }) as const;

it('64-bit integers become numbers while those hold them exactly', () => {
  expect(asNumbers(int64(-(2n ** 53n) + 1n))[0]).toBe(-(2 ** 53) + 1);
  expect(() => asNumbers(int64(2n ** 53n))).toThrow(
    'found 9007199254740992, expected integers of at most 53 bits',
  );
});
