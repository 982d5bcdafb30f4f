import { gunzipSync } from 'node:zlib';
import { UserError } from '../core/errors.js';
import { startsWith } from './bytes.js';

/** How large decompressed data may become where the caller does not say: 1 GiB. */
export const defaultMaxBytes = 2 ** 30;

const gzipMagic = [0x1f, 0x8b];

/**
 * The bytes themselves, or what they decompress to where they are gzip, checksum included.
 * Refuses to grow past `maxBytes`.
 */
export function gunzipIfNeeded(bytes: Uint8Array, maxBytes: number = defaultMaxBytes): Uint8Array {
  if (!startsWith(bytes, gzipMagic)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new UserError({
      place: 'gzip',
      found: tooLarge ? 'more data than fits' : `compressed data that does not decode (${String(error)})`,
      expected: tooLarge ? `at most ${maxBytes} bytes once decompressed` : 'a complete gzip file',
      suggestion: tooLarge ? 'split the file into smaller ones' : 'fetch or export the file again',
    });
  }
}
