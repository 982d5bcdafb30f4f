import { UserError } from '../core/errors.js';
import { checkShape } from './elements.js';
import type { OnnxEntry, OnnxTensor, OnnxTensorData } from './onnx.js';
import { RepeatedScalar } from './protobuf-repeated.js';
import type { ProtoReader } from './protobuf.js';

/** `TensorProto.DataLocation.EXTERNAL`. */
const externalLocation = 1;

/** A `TensorProto`. */
export function readTensor(reader: ProtoReader): OnnxTensor {
  let name = '';
  let dataType = 0;
  let dataLocation = 0;
  let raw: Uint8Array | null = null;
  const dims = new RepeatedScalar('varint');
  const floats = new RepeatedScalar('fixed32');
  const int32s = new RepeatedScalar('varint');
  const int64s = new RepeatedScalar('varint');
  const doubles = new RepeatedScalar('fixed64');
  const uint64s = new RepeatedScalar('varint');
  const strings: Uint8Array[] = [];
  const external: OnnxEntry[] = [];
  while (reader.next()) {
    if (reader.field === 1) dims.add(reader);
    else if (reader.field === 2) dataType = reader.integer();
    else if (reader.field === 4) floats.add(reader);
    else if (reader.field === 5) int32s.add(reader);
    else if (reader.field === 6) strings.push(reader.bytes());
    else if (reader.field === 7) int64s.add(reader);
    else if (reader.field === 8) name = reader.text();
    else if (reader.field === 9) raw = reader.bytes();
    else if (reader.field === 10) doubles.add(reader);
    else if (reader.field === 11) uint64s.add(reader);
    else if (reader.field === 13) external.push(readEntry(reader.message('external_data')));
    else if (reader.field === 14) dataLocation = reader.integer();
  }

  const filled: OnnxTensorData[] = [];
  if (!floats.isEmpty) filled.push({ field: 'float_data', values: floats.float32s() });
  if (!int32s.isEmpty) filled.push({ field: 'int32_data', values: int32s.int32s() });
  if (!int64s.isEmpty) filled.push({ field: 'int64_data', values: int64s.int64s() });
  if (!doubles.isEmpty) filled.push({ field: 'double_data', values: doubles.float64s() });
  if (!uint64s.isEmpty) filled.push({ field: 'uint64_data', values: uint64s.uint64s() });
  if (strings.length > 0) filled.push({ field: 'string_data', values: strings });
  if (external.length > 0 || dataLocation === externalLocation) {
    filled.push({ field: 'external_data', values: external });
  }
  // An empty raw_data beside another field is how some writers spell "not used".
  if (raw !== null && (raw.length > 0 || filled.length === 0))
    filled.push({ field: 'raw_data', values: raw });
  if (filled.length > 1) {
    throw new UserError({
      place: `tensor '${name}'`,
      found: `elements in ${filled.map(({ field }) => field).join(' and ')}`,
      expected: 'elements in one field only',
    });
  }
  return { name, dims: readDims(name, dims), dataType, data: filled[0] ?? null };
}

function readDims(name: string, dims: RepeatedScalar): number[] {
  const shape = Array.from(dims.int64s(), Number);
  checkShape(`dims of tensor '${name}'`, shape);
  return shape;
}

/** A `StringStringEntryProto`. */
export function readEntry(reader: ProtoReader): OnnxEntry {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
  }
  return { key, value };
}
