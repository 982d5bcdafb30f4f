import { UserError } from '../core/errors.js';
import {
  countOf,
  decodeArray,
  elementBytes,
  encodeElements,
  widenBfloat16,
  widenFloat16,
  zeroElements,
  type ElementType,
  type PlainArray,
} from './elements.js';
import {
  onnxDataType,
  onnxTypeName,
  type OnnxTensor,
  type OnnxTensorData,
  type OnnxTypeName,
} from './onnx.js';

/** How a type is stored: the field other than raw_data it may be in, and what raw_data holds. */
interface Storage {
  readonly field: OnnxTensorData['field'];
  readonly raw: ElementType;
}

/** Storage of the types we decode, after the comments in `onnx.proto`. */
const storageOf: ReadonlyMap<OnnxTypeName | null, Storage> = new Map<OnnxTypeName, Storage>([
  ['float32', { field: 'float_data', raw: 'float32' }],
  ['float64', { field: 'double_data', raw: 'float64' }],
  ['float16', { field: 'int32_data', raw: 'uint16' }],
  ['bfloat16', { field: 'int32_data', raw: 'uint16' }],
  ['int8', { field: 'int32_data', raw: 'int8' }],
  ['uint8', { field: 'int32_data', raw: 'uint8' }],
  ['int16', { field: 'int32_data', raw: 'int16' }],
  ['uint16', { field: 'int32_data', raw: 'uint16' }],
  ['int32', { field: 'int32_data', raw: 'int32' }],
  ['uint32', { field: 'uint64_data', raw: 'uint32' }],
  ['int64', { field: 'int64_data', raw: 'int64' }],
  ['uint64', { field: 'uint64_data', raw: 'uint64' }],
  ['bool', { field: 'int32_data', raw: 'bool' }],
]);

/**
 * The elements of a tensor, copied out of whichever field holds them. float16 and bfloat16 come as the float32
 * of the same value; `tensor.dataType` still tells them apart.
 *
 * Refuses types without a plain array (strings, complex, 8-bit floats, sub-byte types), tensors kept in another
 * file, and elements that do not match the dims or the type.
 */
export function decodeOnnxTensor(tensor: OnnxTensor): PlainArray {
  const place = `tensor '${tensor.name}'`;
  const typeName = onnxTypeName(tensor.dataType);
  const storage = storageFor(tensor);
  const bytes = storedBytes(place, tensor, storage);
  const array = decodeArray(place, storage.raw, tensor.dims, bytes);
  if (typeName === 'float16' && array.type === 'uint16') {
    return { type: 'float32', shape: array.shape, data: widenFloat16(array.data) };
  }
  if (typeName === 'bfloat16' && array.type === 'uint16') {
    return { type: 'float32', shape: array.shape, data: widenBfloat16(array.data) };
  }
  return array;
}

/** How many bytes raw_data has, or external data in its stead. Refuses types without a plain array. */
export function rawDataBytes(tensor: OnnxTensor): number {
  return countOf(tensor.dims) * elementBytes(storageFor(tensor).raw);
}

function storageFor({ name, dataType }: OnnxTensor): Storage {
  const typeName = onnxTypeName(dataType);
  const storage = storageOf.get(typeName);
  if (storage !== undefined) return storage;
  throw new UserError({
    place: `tensor '${name}'`,
    found: `type ${typeName ?? dataType}`,
    expected: `one of ${[...storageOf.keys()].join(', ')}`,
  });
}

/** The elements as raw_data would hold them. */
function storedBytes(place: string, { data }: OnnxTensor, { field, raw }: Storage): Uint8Array {
  if (data === null) return new Uint8Array(0);
  if (data.field === 'raw_data') return data.values;
  if (data.field === 'external_data') {
    const location = data.values.find(({ key }) => key === 'location')?.value ?? 'unnamed';
    throw new UserError({
      place,
      found: `elements in another file ('${location}')`,
      expected: 'elements within the model',
      suggestion: 'save the model as one file, as with onnx.save(onnx.load(path), path)',
    });
  }
  if (data.field !== field || data.field === 'string_data') {
    throw new UserError({ place, found: `elements in ${data.field}`, expected: `${field} or raw_data` });
  }
  return narrow(place, data.values, raw);
}

/** Little-endian elements of type `raw` out of a field that may be wider; refuses values that do not fit. */
function narrow(place: string, values: NumberField, raw: ElementType): Uint8Array {
  if (values.BYTES_PER_ELEMENT === elementBytes(raw)) return encodeElements(values, raw);
  const narrowed = zeroElements(raw, values.length);
  for (let index = 0; index < values.length; index += 1) {
    narrowed[index] = Number(values[index]);
    if (narrowed[index] !== Number(values[index])) {
      throw new UserError({
        place,
        found: `${values[index]} at element ${index}`,
        expected: `a value of type ${raw}`,
      });
    }
  }
  return encodeElements(narrowed, raw);
}

type NumberField = Exclude<OnnxTensorData, { field: 'raw_data' | 'string_data' | 'external_data' }>['values'];

/** A tensor that holds an array in raw_data. */
export function encodeOnnxTensor(name: string, array: PlainArray): OnnxTensor {
  return {
    name,
    dims: array.shape,
    dataType: onnxDataType(array.type),
    data: { field: 'raw_data', values: encodeElements(array.data, array.type) },
  };
}
