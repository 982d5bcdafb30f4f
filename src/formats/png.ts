import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { UserError } from '../core/errors.js';
import { concatBytes, takeBytes, viewOf } from './bytes.js';
import type { PlainImage } from './image.js';

export const pngMagic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The decoder takes four bytes a pixel. */
const maxPixels = 2 ** 26;

/** Colour types: how many samples a pixel has in the file, and which of red, green, blue and alpha we keep. */
const colorTypes: ReadonlyMap<number, { readonly samples: number; readonly kept: readonly number[] }> =
  new Map([
    [0, { samples: 1, kept: [0] }],
    [2, { samples: 3, kept: [0, 1, 2] }],
    [3, { samples: 1, kept: [0, 1, 2] }],
    [4, { samples: 2, kept: [0, 3] }],
    [6, { samples: 4, kept: [0, 1, 2, 3] }],
  ]);
const palette = 3;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  /** Which of red, green, blue and alpha the image has. */
  readonly kept: readonly number[];
}

/**
 * A PNG image of at most 8 bits per sample, not interlaced. Grey of fewer bits is spread over 0 … 255; a palette
 * becomes RGB, or RGBA where its colours have an alpha. Colour profiles and gamma are not applied.
 */
export function readPng(bytes: Uint8Array): PlainImage {
  const chunks = readChunks(bytes);
  const { width, height, bitsPerPixel, kept } = readHeader(chunks);
  const scanlines = concatBytes(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  checkScanlines(scanlines, height * (1 + Math.ceil((width * bitsPerPixel) / 8)));

  const rgba = decode(bytes);
  const data = new Uint8Array(width * height * kept.length);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    kept.forEach((sample, channel) => {
      data[pixel * kept.length + channel] = rgba[pixel * 4 + sample]!;
    });
  }
  return { width, height, channels: kept.length as PlainImage['channels'], data };
}

/** The chunks up to IEND, each of which must lie within the file. */
function readChunks(bytes: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  let offset = pngMagic.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    const opening = takeBytes(bytes, offset, 8, 'PNG chunk');
    const type = String.fromCharCode(...opening.subarray(4));
    const dataBytes = viewOf(opening).getUint32(0);
    const withChecksum = takeBytes(bytes, offset + 8, dataBytes + 4, `PNG chunk ${type}`);
    chunks.push({ type, data: withChecksum.subarray(0, dataBytes) });
    offset += 8 + dataBytes + 4;
  }
  return chunks;
}

/** The header, after refusing images that the decoder would change, or could not hold in reasonable memory. */
function readHeader(chunks: readonly Chunk[]): Header {
  const types = chunks.map(({ type }) => type);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || types.lastIndexOf('IHDR') !== 0) {
    throw new UserError({
      place: 'byte 8',
      found: `chunks ${types.join(', ')}`,
      expected: 'one IHDR, and that first',
    });
  }
  const header = viewOf(takeBytes(first.data, 0, 13, 'IHDR'));
  const width = header.getUint32(0);
  const height = header.getUint32(4);
  const depth = header.getUint8(8);
  const colorType = header.getUint8(9);
  const isInterlaced = header.getUint8(12) !== 0;
  const hasTransparency = types.includes('tRNS');
  const color = colorTypes.get(colorType);
  if (color === undefined || depth > 8 || isInterlaced || (hasTransparency && colorType !== palette)) {
    const notes = [isInterlaced ? ', interlaced' : '', hasTransparency ? ', with a transparent colour' : ''];
    throw new UserError({
      place: 'IHDR',
      found: `${depth} bits of colour type ${colorType}${notes.join('')}`,
      expected: 'at most 8 bits per sample, no interlacing, and transparency as an alpha channel',
      suggestion: 'save the image again as plain 8-bit PNG',
    });
  }
  if (width * height > maxPixels) {
    throw new UserError({
      place: 'IHDR',
      found: `${width} x ${height} pixels`,
      expected: `at most ${maxPixels}`,
      suggestion: 'scale the image down',
    });
  }
  return {
    width,
    height,
    bitsPerPixel: depth * color.samples,
    kept: hasTransparency ? [0, 1, 2, 3] : color.kept,
  };
}

/** Refuses image data of another size than the header says; the decoder would fill in the rest. */
function checkScanlines(compressed: Uint8Array, expectedBytes: number): void {
  const scanlines = guarded(() => inflateSync(compressed, { maxOutputLength: Math.max(1, expectedBytes) }));
  if (scanlines.length === expectedBytes) return;
  throw new UserError({
    place: 'IDAT',
    found: `${scanlines.length} bytes of image data`,
    expected: `the ${expectedBytes} that the header describes`,
    suggestion: 'fetch or export the image again',
  });
}

/** Red, green, blue and alpha of every pixel. */
function decode(bytes: Uint8Array): Uint8Array {
  return guarded(() => PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).data);
}

/** Runs a decoder; whatever it trips over becomes a `UserError`. */
function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new UserError({
      place: 'PNG',
      found: `data that does not decode (${error instanceof Error ? error.message : String(error)})`,
      expected: 'a complete PNG image',
      suggestion: 'fetch or export the image again',
    });
  }
}
