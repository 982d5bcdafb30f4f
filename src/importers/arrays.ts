import { isAbsent } from '../core/absent.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { absentElements, zeroElements, type ElementType, type PlainArray } from '../formats/elements.js';

/** Elements as numbers, or as bigints where the type has 64 bits. */
export type Elements = ArrayLike<number | bigint>;

/** An array of elements that already are of the type. */
export function arrayOf(type: ElementType, shape: Shape, data: PlainArray['data']): PlainArray {
  return { type, shape, data } as PlainArray;
}

export function isFloatType(type: ElementType): boolean {
  return type === 'float32' || type === 'float64';
}

/** Bits and signedness of an integer type. A bool holds 0 or 1 in eight bits. */
export function integerFormat(type: ElementType): { readonly bits: number; readonly signed: boolean } {
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(type) ?? ['', 'u', '8'];
  return { bits: Number(bits), signed: unsigned === '' };
}

/** An array whose elements are computed one by one; bigint for integer types, reduced to their width as C does. */
export function computeArray(
  type: ElementType,
  shape: Shape,
  element: (index: number) => number | bigint,
): PlainArray {
  const data = zeroElements(type, elementCount(shape));
  const wide = type === 'int64' || type === 'uint64';
  const { bits, signed } = integerFormat(type);
  const elements = data as unknown as (number | bigint)[];
  for (let index = 0; index < data.length; index += 1) {
    const value = element(index);
    if (typeof value === 'number') elements[index] = value;
    else {
      const reduced = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
      elements[index] = wide ? reduced : Number(reduced);
    }
  }
  return arrayOf(type, shape, data);
}

/**
 * The array whose element at index (i₀, i₁, …) is element `offset + Σ iₖ · strides[k]` of the source: a transpose, a
 * slice (negative strides walk backwards), a broadcast (stride 0).
 */
export function stridedCopy(
  source: PlainArray,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): PlainArray {
  if (isAbsent(source.data)) {
    return arrayOf(source.type, shape, absentElements(source.type, elementCount(shape)));
  }
  const data = zeroElements(source.type, elementCount(shape));
  const to = data as unknown as (number | bigint)[];
  const from: Elements = source.data;
  const rowLength = shape.at(-1) ?? 1;
  const rowStride = strides.at(-1) ?? 0;
  const outer = shape.slice(0, -1);
  const index = Array.from(outer, () => 0);
  let position = offset;
  for (let row = 0; row < data.length; row += rowLength) {
    for (let i = 0; i < rowLength; i += 1) to[row + i] = from[position + i * rowStride]!;
    for (let axis = outer.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      position += strides[axis]!;
      if (index[axis]! < outer[axis]!) break;
      position -= outer[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return arrayOf(source.type, shape, data);
}

/** The elements as float32; 64-bit types are rounded to nearest. Shares memory where they are float32 already. */
export function float32Elements(array: PlainArray): Float32Array {
  return array.type === 'float32' ? array.data : Float32Array.from(array.data as Elements, Number);
}
