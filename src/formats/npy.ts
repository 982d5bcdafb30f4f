import { UserError } from '../core/errors.js';
import { concatBytes, encodeUtf8, startsWith, takeBytes, viewOf } from './bytes.js';
import {
  countOf,
  decodeArray,
  elementBytes,
  encodeElements,
  widenFloat16,
  type ByteOrder,
  type ElementType,
  type PlainArray,
} from './elements.js';
import { gunzipIfNeeded, defaultMaxBytes } from './gzip.js';
import { formatNpyHeader, parseNpyHeader } from './npy-header.js';

/** `\x93NUMPY`: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself refuses longer headers of files it does not trust. */
const maxHeaderBytes = 10_000;
/** Data begins at a multiple of this. */
const alignmentBytes = 64;

/** Type letters of NumPy by our names. `f2` is read too, and widened to float32. */
const codes: Readonly<Record<ElementType, string>> = {
  float32: 'f4',
  float64: 'f8',
  int8: 'i1',
  uint8: 'u1',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  int64: 'i8',
  uint64: 'u8',
  bool: 'b1',
};
const typesByCode = new Map(Object.entries(codes).map(([type, code]) => [code, type as ElementType]));

/**
 * The array in the bytes of a .npy file, or of one compressed with gzip to at most `maxBytes`.
 *
 * Big-endian and Fortran-ordered files come out like any other, in row-major order. float16 is widened to float32,
 * which changes no value.
 */
export function readNpy(bytes: Uint8Array, maxBytes: number = defaultMaxBytes): PlainArray {
  const file = gunzipIfNeeded(bytes, maxBytes);
  const { text, dataOffset } = splitHeader(file);
  const { descr, fortranOrder, shape } = parseNpyHeader(text);
  const { type, order, isHalf } = parseDescr(descr);
  const place = `data at byte ${dataOffset}`;
  const data = file.subarray(dataOffset);
  if (!fortranOrder) return widened(decodeArray(place, type, shape, data, order), isHalf);

  const reversed = decodeArray(place, type, shape.toReversed(), data, order);
  return widened(transposed(reversed), isHalf);
}

function splitHeader(file: Uint8Array): { text: string; dataOffset: number } {
  if (!startsWith(file, magic)) {
    throw new UserError({
      place: 'byte 0',
      found: 'other bytes than those every .npy file begins with',
      expected: 'a NumPy array',
      suggestion: 'write the file with numpy.save',
    });
  }
  const major = takeBytes(file, 6, 2, 'version')[0]!;
  if (major < 1 || major > 3) {
    throw new UserError({ place: 'byte 6', found: `format version ${major}`, expected: 'version 1, 2 or 3' });
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const length = viewOf(takeBytes(file, 8, lengthBytes, 'header length'));
  const headerBytes = major === 1 ? length.getUint16(0, true) : length.getUint32(0, true);
  if (headerBytes > maxHeaderBytes) {
    throw new UserError({
      place: 'byte 8',
      found: `a header of ${headerBytes} bytes`,
      expected: `at most ${maxHeaderBytes}`,
      suggestion: 'save plain arrays, not structured ones',
    });
  }
  const header = takeBytes(file, 8 + lengthBytes, headerBytes, 'header');
  // Version 3 headers are UTF-8; what we accept of any header is ASCII, which reads the same as Latin-1.
  return { text: String.fromCharCode(...header), dataOffset: 8 + lengthBytes + headerBytes };
}

function parseDescr(descr: string): { type: ElementType; order: ByteOrder; isHalf: boolean } {
  const [, orderMark, code = ''] = /^([<>|])(\w+)$/.exec(descr) ?? [];
  const isHalf = code === 'f2';
  const type = isHalf ? 'uint16' : typesByCode.get(code);
  if (type === undefined || (orderMark === '|') !== (elementBytes(type) === 1)) {
    const accepted = [...typesByCode.keys(), 'f2'].join(', ');
    throw new UserError({
      place: 'header, descr',
      found: `type '${descr}'`,
      expected: `'<' or '>' (or '|' for one byte) and one of ${accepted}`,
      suggestion: 'convert it before saving, as in array.astype(numpy.float32)',
    });
  }
  return { type, order: orderMark === '>' ? 'big' : 'little', isHalf };
}

function widened(array: PlainArray, isHalf: boolean): PlainArray {
  if (!isHalf || array.type !== 'uint16') return array;
  return { type: 'float32', shape: array.shape, data: widenFloat16(array.data) };
}

/** The array with its axes reversed, in row-major order again. */
function transposed(source: PlainArray): PlainArray {
  const shape = source.shape.toReversed();
  const data = source.data.slice();
  const index = shape.map(() => 0);
  // Stride in the source of each axis of the result: the source's axes are ours backwards.
  const strides = shape.map((_, axis) => countOf(shape.slice(0, axis)));
  let from = 0;
  for (let to = 0; to < data.length; to += 1) {
    data[to] = source.data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { ...source, shape, data } as PlainArray;
}

/** The bytes of a .npy file (version 1, little-endian, row-major), as numpy.save writes it. */
export function writeNpy(array: PlainArray): Uint8Array {
  const code = codes[array.type];
  const descr = `${elementBytes(array.type) === 1 ? '|' : '<'}${code}`;
  const header = formatNpyHeader({ descr, fortranOrder: false, shape: array.shape });
  const opening = magic.length + 4;
  const headerBytes = Math.ceil((opening + header.length + 1) / alignmentBytes) * alignmentBytes - opening;
  const text = `${header.padEnd(headerBytes - 1)}\n`;
  const preamble = Uint8Array.of(...magic, 1, 0, headerBytes & 0xff, headerBytes >> 8);
  return concatBytes([preamble, encodeUtf8(text), encodeElements(array.data, array.type)]);
}
