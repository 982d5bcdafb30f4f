import { absentNumbers, isAbsent } from '../core/absent.js';
import { UserError } from '../core/errors.js';
import { viewOf } from './bytes.js';

/** The typed array that holds elements of each type. A bool is a byte, 0 or 1. */
interface Arrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly bool: Uint8Array;
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

export type ElementType = keyof Arrays;
export type ElementsOf<E extends ElementType> = Arrays[E];

/** An array as a file holds it: row-major order, last axis contiguous. */
export type ArrayOf<E extends ElementType> = E extends ElementType
  ? { readonly type: E; readonly shape: readonly number[]; readonly data: Arrays[E] }
  : never;
export type PlainArray = ArrayOf<ElementType>;

export type ByteOrder = 'little' | 'big';

/** The most axes any reader accepts, as in NumPy 1. */
export const maxRank = 32;

const hostOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big';

export function elementBytes(type: ElementType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/**
 * The array of `type` and `shape` whose elements are exactly `bytes`, copied.
 * Refuses a shape that does not describe that many bytes; nothing is allocated before that check.
 */
export function decodeArray<E extends ElementType>(
  place: string,
  type: E,
  shape: readonly number[],
  bytes: Uint8Array,
  order: ByteOrder = 'little',
): ArrayOf<E> {
  checkShape(place, shape);
  const expectedBytes = countOf(shape) * elementBytes(type);
  if (bytes.length !== expectedBytes) {
    throw new UserError({
      place,
      found: `${bytes.length} bytes of data`,
      expected: `${expectedBytes} bytes for ${type} of shape [${shape.join(', ')}]`,
      suggestion: 'the file looks truncated or damaged: fetch or export it again',
    });
  }
  return { type, shape, data: decodeElements(type, bytes, order) } as unknown as ArrayOf<E>;
}

/** Refuses more than `maxRank` axes, and extents that are not counts. */
export function checkShape(place: string, shape: readonly number[]): void {
  if (shape.length > maxRank) {
    throw new UserError({ place, found: `${shape.length} axes`, expected: `at most ${maxRank}` });
  }
  const wrong = shape.find((extent) => !Number.isSafeInteger(extent) || extent < 0);
  if (wrong !== undefined) {
    throw new UserError({ place, found: `an extent of ${wrong}`, expected: 'a count from 0 to 2^53 - 1' });
  }
}

/** Elements of a shape. A product past 2^53 is inexact, and then larger than any array can be. */
export function countOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((count, extent) => count * extent, 1);
}

/** `count` zeros. */
export function zeroElements<E extends ElementType>(type: E, count: number): ElementsOf<E> {
  return new constructors[type](count) as ElementsOf<E>;
}

/** `count` elements that nobody has. */
export function absentElements<E extends ElementType>(type: E, count: number): ElementsOf<E> {
  return absentNumbers(constructors[type] as Parameters<typeof absentNumbers>[0], count) as ElementsOf<E>;
}

/** The elements stored in `bytes`, copied; the length must be a multiple of the element's. */
export function decodeElements<E extends ElementType>(
  type: E,
  bytes: Uint8Array,
  order: ByteOrder = 'little',
): ElementsOf<E> {
  if (isAbsent(bytes)) return absentElements(type, bytes.length / elementBytes(type));
  // Not `bytes.slice()`: a Buffer's slice shares its memory.
  const copy =
    type === 'bool' ? Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1)) : new Uint8Array(bytes);
  if (order !== hostOrder) swapBytes(copy, elementBytes(type));
  return new constructors[type](copy.buffer) as ElementsOf<E>;
}

/** The elements as little-endian bytes, copied. */
export function encodeElements(data: ArrayBufferView, type: ElementType): Uint8Array {
  const copy = new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (hostOrder === 'big') swapBytes(copy, elementBytes(type));
  return copy;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start < bytes.length; start += width) {
    for (let low = start, high = start + width - 1; low < high; low += 1, high -= 1) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** The values of IEEE 754 binary16 bit patterns; every one of them is a float32. */
export function widenFloat16(patterns: Uint16Array): Float32Array {
  return Float32Array.from(patterns, (pattern) => {
    const sign = pattern >> 15 === 0 ? 1 : -1;
    const exponent = (pattern >> 10) & 0x1f;
    const fraction = pattern & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (0x400 + fraction) * 2 ** (exponent - 25);
  });
}

/** The values of bfloat16 bit patterns: the upper halves of float32 ones. */
export function widenBfloat16(patterns: Uint16Array): Float32Array {
  const values = new Float32Array(patterns.length);
  const view = viewOf(new Uint8Array(values.buffer));
  patterns.forEach((pattern, index) => view.setUint32(index * 4, pattern << 16, hostOrder === 'little'));
  return values;
}
