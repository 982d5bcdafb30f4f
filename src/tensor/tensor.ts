import { assert } from '../core/errors.js';
import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import { elementCount, type Shape } from './shape.js';

/** How elements are stored. A narrower integer format (int4, say) is stored in the next wider type. */
export type ElementType = 'float32' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32';

interface Arrays {
  readonly float32: Float32Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
}

/** A dense tensor in row-major order (last axis contiguous). Whoever receives one does not write to it. */
export type TensorOf<E extends ElementType> = E extends ElementType
  ? { readonly type: E; readonly shape: Shape; readonly data: Arrays[E] }
  : never;
export type Tensor = TensorOf<ElementType>;
export type FloatTensor = TensorOf<'float32'>;
export type IntTensor = TensorOf<Exclude<ElementType, 'float32'>>;

const constructors = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
} as const;

/** A tensor over `data`, which must have as many elements as the shape. */
export function tensor<E extends ElementType>(type: E, shape: Shape, data: Arrays[E]): TensorOf<E> {
  assert(data.length === elementCount(shape), 'a tensor has one element per index', {
    shape,
    length: data.length,
  });
  return { type, shape, data } as unknown as TensorOf<E>;
}

/** A tensor of zeros. */
export function zeros<E extends ElementType>(type: E, shape: Shape): TensorOf<E> {
  return tensor(type, shape, new constructors[type](elementCount(shape)) as unknown as Arrays[E]);
}

/** A tensor of the given numbers, which must fit the type exactly (integers are never wrapped silently). */
export function tensorFrom<E extends ElementType>(
  type: E,
  shape: Shape,
  values: ArrayLike<number>,
): TensorOf<E> {
  const data = constructors[type].from(values);
  if (type !== 'float32') {
    for (let i = 0; i < data.length; i += 1) {
      assert(data[i] === values[i] || (data[i] === 0 && values[i] === 0), 'every value fits the type', {
        type,
        index: i,
        value: values[i],
      });
    }
  }
  return tensor(type, shape, data as unknown as Arrays[E]);
}

/** The same elements under another shape of the same size. */
export function withShape<T extends Tensor>(source: T, shape: Shape): T {
  assert(elementCount(shape) === source.data.length, 'a reshape keeps the number of elements', {
    from: source.shape,
    to: shape,
  });
  return { ...source, shape };
}

/** The type that stores a format of at most 32 bits. */
export function storageType(format: IntFormat): Exclude<ElementType, 'float32'> {
  assert(format.bits <= 32, 'tensors store at most 32 bits', { format });
  if (format.bits <= 8) return format.signed ? 'int8' : 'uint8';
  if (format.bits <= 16) return format.signed ? 'int16' : 'uint16';
  assert(format.signed, '32-bit tensors are signed', { format });
  return 'int32';
}

/** Bytes of one element as stored on chip: sub-byte formats count as whole bytes. */
export function elementBytes(type: ElementType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/** Index of the first element outside the format, or -1. */
export function firstOutside(values: ArrayLike<number>, format: IntFormat): number {
  const low = minOf(format);
  const high = maxOf(format);
  for (let i = 0; i < values.length; i += 1) {
    if (!(values[i]! >= low && values[i]! <= high)) return i;
  }
  return -1;
}
