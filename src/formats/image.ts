import { UserError } from '../core/errors.js';
import { startsWith } from './bytes.js';
import { netpbmMagic, readNetpbm } from './netpbm.js';
import { pngMagic, readPng } from './png.js';

/** Rows from the top, pixels from the left, channels interleaved; every sample 0 … 255. */
export interface PlainImage {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}

/** The image in the bytes of a PNG, or of a binary PPM or PGM file. */
export function readImage(bytes: Uint8Array): PlainImage {
  if (startsWith(bytes, pngMagic)) return readPng(bytes);
  if (netpbmMagic.some((magic) => startsWith(bytes, magic))) return readNetpbm(bytes);
  throw new UserError({
    place: 'byte 0',
    found: 'other bytes than those an image we read begins with',
    expected: 'PNG, binary PPM (P6) or binary PGM (P5)',
    suggestion: 'convert it to PNG; JPEG is not read, since its decoders disagree about pixel values',
  });
}
