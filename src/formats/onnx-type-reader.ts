import type { OnnxDim, OnnxType, OnnxValueInfo } from './onnx.js';
import type { ProtoReader } from './protobuf.js';

/** A `ValueInfoProto`. */
export function readValueInfo(reader: ProtoReader): OnnxValueInfo {
  let name = '';
  let type: OnnxType | null = null;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) type = readType(reader.message('type'));
  }
  return { name, type };
}

/** A `TypeProto`; its fields are a union, so the last one counts. */
function readType(reader: ProtoReader): OnnxType | null {
  let type: OnnxType | null = null;
  while (reader.next()) {
    if (reader.field === 1) type = readTensorType(reader.message('tensor_type'));
    else if (reader.field === 4) type = { kind: 'sequence', encoded: reader.bytes() };
    else if (reader.field === 5) type = { kind: 'map', encoded: reader.bytes() };
    else if (reader.field === 7) type = { kind: 'opaque', encoded: reader.bytes() };
    else if (reader.field === 8) type = { kind: 'sparseTensor', encoded: reader.bytes() };
    else if (reader.field === 9) type = { kind: 'optional', encoded: reader.bytes() };
  }
  return type;
}

function readTensorType(reader: ProtoReader): OnnxType {
  let dataType = 0;
  let dims: readonly OnnxDim[] | null = null;
  while (reader.next()) {
    if (reader.field === 1) dataType = reader.integer();
    else if (reader.field === 2) dims = readShape(reader.message('shape'));
  }
  return { kind: 'tensor', dataType, dims };
}

function readShape(reader: ProtoReader): OnnxDim[] {
  const dims: OnnxDim[] = [];
  while (reader.next()) {
    if (reader.field === 1) dims.push(readDim(reader.message('dim')));
  }
  return dims;
}

function readDim(reader: ProtoReader): OnnxDim {
  let dim: OnnxDim = null;
  while (reader.next()) {
    if (reader.field === 1) dim = reader.integer();
    else if (reader.field === 2) dim = reader.text();
  }
  return dim;
}
