import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../../src/formats/image.js';

function chunk(type: string, data: readonly number[] | Uint8Array): Buffer {
  const body = Buffer.from([...Buffer.from(type), ...data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(body.length - 4, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

interface PngParts {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: number;
  readonly interlace?: number;
  readonly extra?: readonly Buffer[];
}

/** A PNG of one row; `scanline` begins with the filter byte. */
function png(colorType: number, scanline: readonly number[], parts: PngParts = {}): Buffer {
  const { width = 1, height = 1, depth = 8, interlace = 0, extra = [] } = parts;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflateSync(Uint8Array.from(scanline))),
    chunk('IEND', []),
  ]);
}

const palette = chunk('PLTE', [1, 2, 3, 4, 5, 6]);

describe('PNG', () => {
  it.each([
    { why: 'grey', file: png(0, [0, 7]), channels: 1, data: [7] },
    { why: 'RGB', file: png(2, [0, 1, 2, 3]), channels: 3, data: [1, 2, 3] },
    { why: 'grey and alpha', file: png(4, [0, 7, 9]), channels: 2, data: [7, 9] },
    { why: 'RGB and alpha', file: png(6, [0, 1, 2, 3, 0]), channels: 4, data: [1, 2, 3, 0] },
    { why: 'a palette', file: png(3, [0, 1], { extra: [palette] }), channels: 3, data: [4, 5, 6] },
    {
      why: 'a palette with alpha',
      file: png(3, [0, 1], { extra: [palette, chunk('tRNS', [0, 128])] }),
      channels: 4,
      data: [4, 5, 6, 128],
    },
    {
      why: 'two bits of grey',
      file: png(0, [0, 0b00_01_10_11], { width: 4, depth: 2 }),
      channels: 1,
      data: [0, 85, 170, 255],
    },
  ])('reads $why', ({ file, channels, data }) => {
    expect(readImage(file)).toEqual({
      width: data.length / channels,
      height: 1,
      channels,
      data: Uint8Array.from(data),
    });
  });

  it('reads a plain Uint8Array that is part of a larger one', () => {
    const file = png(0, [0, 7]);
    const larger = new Uint8Array(file.length + 10);
    larger.set(file, 5);
    expect(readImage(larger.subarray(5, -5)).data).toEqual(Uint8Array.of(7));
  });

  const good = png(0, [0, 7]);
  it.each([
    {
      why: '16 bits',
      file: png(0, [0, 7, 7], { depth: 16 }),
      message: /found 16 bits of colour type 0, expected at most 8/,
    },
    {
      why: 'interlacing',
      file: png(0, [0, 7], { interlace: 1 }),
      message: /8 bits of colour type 0, interlaced/,
    },
    {
      why: 'a transparent grey',
      file: png(0, [0, 7], { extra: [chunk('tRNS', [0, 7])] }),
      message: /with a transparent colour/,
    },
    { why: 'an unknown colour type', file: png(5, [0, 7]), message: /colour type 5/ },
    {
      why: 'a size no file of this length holds',
      file: png(0, [0, 7], { width: 2 ** 31 - 1, height: 2 ** 31 - 1 }),
      message: /2147483647 x 2147483647 pixels/,
    },
    {
      why: 'two headers',
      file: png(0, [0, 7], { extra: [chunk('IHDR', new Uint8Array(13))] }),
      message: /one IHDR, and that first/,
    },
    {
      why: 'too few pixels',
      file: png(0, [0, 7], { width: 9 }),
      message: /IDAT: found 2 bytes of image data, expected the 10/,
    },
    {
      why: 'a colour outside the palette',
      file: png(3, [0, 2], { extra: [palette] }),
      message: /index 2 not in palette/,
    },
    { why: 'no palette', file: png(3, [0, 2]), message: /Expected palette not found/ },
    {
      why: 'a cut file',
      file: good.subarray(0, -20),
      message: /bytes of PNG chunk IDAT before the end of the file/,
    },
    { why: 'a changed byte', file: Buffer.from(good).fill(0xaa, 43, 44), message: /does not decode/ },
  ])('refuses $why', ({ file, message }) => {
    expect(() => readImage(file)).toThrow(message);
  });
});

/** A file of a text header and bytes. */
function netpbm(header: string, ...data: number[]): Uint8Array {
  return Uint8Array.of(...Buffer.from(header), ...data);
}

describe('netpbm', () => {
  it('reads a PGM with a comment', () => {
    const image = readImage(netpbm('P5\n# made by hand\n2 1\n255\n', 10, 200));
    expect(image).toEqual({ width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 200) });
  });

  it('reads a PPM whose first sample looks like white space', () => {
    const image = readImage(netpbm('P6 1 1 255\n', 10, 1, 2));
    expect(image).toEqual({ width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 1, 2) });
  });

  it.each([
    { why: 'another maximum', file: netpbm('P5 1 1 65535\n', 0, 0), message: /samples up to 65535/ },
    { why: 'a missing number', file: netpbm('P5 1 255\n', 0), message: /something else than three numbers/ },
    {
      why: 'missing pixels',
      file: netpbm('P5 2 2 255\n', 0),
      message: /pixels at byte 11: found 1 bytes of data, expected 4/,
    },
    {
      why: 'a huge claim',
      file: netpbm('P6 999999999 999999999 255\n', 0),
      message: /found 1 bytes of data/,
    },
  ])('refuses $why', ({ file, message }) => {
    expect(() => readImage(file)).toThrow(message);
  });
});

it('refuses a JPEG, and says why', () => {
  expect(() => readImage(Uint8Array.of(0xff, 0xd8, 0xff))).toThrow(/expected PNG.*JPEG is not read/);
});
