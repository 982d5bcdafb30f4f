import { UserError } from '../core/errors.js';
import { takeBytes, viewOf } from './bytes.js';
import { decodeArray, maxRank, type ElementType, type PlainArray } from './elements.js';
import { gunzipIfNeeded, defaultMaxBytes } from './gzip.js';

/** Type codes, from the page that introduced the format with MNIST: http://yann.lecun.com/exdb/mnist. */
const types: ReadonlyMap<number, ElementType> = new Map([
  [0x08, 'uint8'],
  [0x09, 'int8'],
  [0x0b, 'int16'],
  [0x0c, 'int32'],
  [0x0d, 'float32'],
  [0x0e, 'float64'],
]);

/**
 * The array in the bytes of an idx file such as `train-images-idx3-ubyte`, or of one compressed with gzip
 * to at most `maxBytes`.
 *
 * Two zero bytes, a type code, the rank, one big-endian uint32 an axis, then big-endian elements.
 */
export function readIdx(bytes: Uint8Array, maxBytes: number = defaultMaxBytes): PlainArray {
  const file = gunzipIfNeeded(bytes, maxBytes);
  const header = viewOf(takeBytes(file, 0, 4, 'header'));
  const zeros = header.getUint16(0);
  const code = header.getUint8(2);
  const rank = header.getUint8(3);
  const type = types.get(code);
  if (zeros !== 0 || type === undefined || rank > maxRank) {
    throw new UserError({
      place: 'byte 0',
      found: `${zeros}, type code ${code} and rank ${rank}`,
      expected: `0, a type code out of ${[...types.keys()].join(', ')}, and a rank of at most ${maxRank}`,
      suggestion: 'check that this is an idx file, as MNIST comes in',
    });
  }
  const extents = viewOf(takeBytes(file, 4, 4 * rank, 'extents'));
  const shape = Array.from({ length: rank }, (_, axis) => extents.getUint32(4 * axis));
  const dataOffset = 4 + 4 * rank;
  return decodeArray(`data at byte ${dataOffset}`, type, shape, file.subarray(dataOffset), 'big');
}
