import { UserError } from '../core/errors.js';
import type { OnnxEntry, OnnxGraph, OnnxModel, OnnxOpset, OnnxTensor } from './onnx.js';
import { readGraph } from './onnx-graph-reader.js';
import { readEntry, readTensor } from './onnx-tensor-reader.js';
import { ProtoReader } from './protobuf.js';

/**
 * The model in the bytes of a `.onnx` file (a `ModelProto`). Large weights share the memory of `bytes`.
 *
 * Only the encoding is checked: whether names, types and shapes make sense is for the importer.
 */
export function parseOnnxModel(bytes: Uint8Array): OnnxModel {
  const reader = new ProtoReader(bytes, 'model');
  let irVersion = 0;
  let producerName = '';
  let producerVersion = '';
  let domain = '';
  let modelVersion = 0n;
  let graph: OnnxGraph | null = null;
  const opsetImports: OnnxOpset[] = [];
  const metadata: OnnxEntry[] = [];
  const functions: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field === 1) irVersion = reader.integer();
    else if (reader.field === 2) producerName = reader.text();
    else if (reader.field === 3) producerVersion = reader.text();
    else if (reader.field === 4) domain = reader.text();
    else if (reader.field === 5) modelVersion = reader.int64();
    else if (reader.field === 7) graph = readGraph(reader.message('graph'));
    else if (reader.field === 8) opsetImports.push(readOpset(reader.message('opset_import')));
    else if (reader.field === 14) metadata.push(readEntry(reader.message('metadata_props')));
    else if (reader.field === 25) functions.push(reader.bytes());
  }
  if (graph === null) {
    throw new UserError({
      place: 'model',
      found: 'no graph',
      expected: 'an ONNX model',
      suggestion: 'check that the file is a complete .onnx file',
    });
  }
  return {
    irVersion,
    producerName,
    producerVersion,
    domain,
    modelVersion,
    opsetImports,
    metadata,
    graph,
    functions,
  };
}

/** The tensor in the bytes of a file that holds just one (a `TensorProto`), as ONNX's test data does. */
export function parseOnnxTensorFile(bytes: Uint8Array): OnnxTensor {
  return readTensor(new ProtoReader(bytes, 'tensor'));
}

function readOpset(reader: ProtoReader): OnnxOpset {
  let domain = '';
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text();
    else if (reader.field === 2) version = reader.integer();
  }
  return { domain, version };
}
