import { assertNever } from '../core/errors.js';
import { encodeElements } from './elements.js';
import {
  onnxAttributeType,
  type OnnxAttribute,
  type OnnxAttributeValue,
  type OnnxDim,
  type OnnxEntry,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxOpset,
  type OnnxTensor,
  type OnnxTensorData,
  type OnnxType,
  type OnnxValueInfo,
} from './onnx.js';
import { ProtoWriter } from './protobuf-writer.js';

/**
 * The bytes of a `.onnx` file of the model. Equal models give equal bytes, and `parseOnnxModel` reads back
 * the same values.
 */
export function writeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new ProtoWriter().int(1, model.irVersion);
  writeText(writer, 2, model.producerName);
  writeText(writer, 3, model.producerVersion);
  writeText(writer, 4, model.domain);
  if (model.modelVersion !== 0n) writer.int(5, model.modelVersion);
  writer.message(7, graphMessage(model.graph));
  for (const opset of model.opsetImports) writer.message(8, opsetMessage(opset));
  for (const entry of model.metadata) writer.message(14, entryMessage(entry));
  for (const encoded of model.functions) writer.bytes(25, encoded);
  return writer.finish();
}

function opsetMessage({ domain, version }: OnnxOpset): ProtoWriter {
  return new ProtoWriter().text(1, domain).int(2, version);
}

function entryMessage({ key, value }: OnnxEntry): ProtoWriter {
  return new ProtoWriter().text(1, key).text(2, value);
}

function graphMessage(graph: OnnxGraph): ProtoWriter {
  const writer = new ProtoWriter();
  for (const node of graph.nodes) writer.message(1, nodeMessage(node));
  writeText(writer, 2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, tensorMessage(tensor));
  for (const value of graph.inputs) writer.message(11, valueInfoMessage(value));
  for (const value of graph.outputs) writer.message(12, valueInfoMessage(value));
  for (const value of graph.valueInfos) writer.message(13, valueInfoMessage(value));
  for (const encoded of graph.sparseInitializers) writer.bytes(15, encoded);
  return writer;
}

function nodeMessage(node: OnnxNode): ProtoWriter {
  const writer = new ProtoWriter();
  for (const input of node.inputs) writer.text(1, input); // an empty name says that an input was left out
  for (const output of node.outputs) writer.text(2, output);
  writeText(writer, 3, node.name);
  writer.text(4, node.opType);
  for (const attribute of node.attributes) writer.message(5, attributeMessage(attribute));
  writeText(writer, 7, node.domain);
  return writer;
}

function attributeMessage(attribute: OnnxAttribute): ProtoWriter {
  const writer = new ProtoWriter().text(1, attribute.name);
  writeAttributeValue(writer, attribute);
  return writer.int(20, onnxAttributeType(attribute.kind));
}

function writeAttributeValue(writer: ProtoWriter, attribute: OnnxAttributeValue): void {
  switch (attribute.kind) {
    case 'float':
      writer.float32(2, attribute.value);
      break;
    case 'int':
      writer.int(3, attribute.value);
      break;
    case 'string':
      writer.text(4, attribute.value);
      break;
    case 'tensor':
      writer.message(5, tensorMessage(attribute.value));
      break;
    case 'graph':
      writer.message(6, graphMessage(attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) writer.float32(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.int(8, value);
      break;
    case 'strings':
      for (const value of attribute.value) writer.text(9, value);
      break;
    case 'tensors':
      for (const value of attribute.value) writer.message(10, tensorMessage(value));
      break;
    case 'graphs':
      for (const value of attribute.value) writer.message(11, graphMessage(value));
      break;
    case 'typeProto':
      writer.bytes(14, attribute.value);
      break;
    case 'typeProtos':
      for (const value of attribute.value) writer.bytes(15, value);
      break;
    case 'sparseTensor':
      writer.bytes(22, attribute.value);
      break;
    case 'sparseTensors':
      for (const value of attribute.value) writer.bytes(23, value);
      break;
    default:
      assertNever(attribute);
  }
}

function tensorMessage(tensor: OnnxTensor): ProtoWriter {
  const writer = new ProtoWriter();
  for (const dim of tensor.dims) writer.int(1, dim);
  writer.int(2, tensor.dataType);
  writeText(writer, 8, tensor.name);
  if (tensor.data !== null) writeTensorData(writer, tensor.data);
  return writer;
}

function writeTensorData(writer: ProtoWriter, data: OnnxTensorData): void {
  switch (data.field) {
    case 'float_data':
      writer.bytes(4, encodeElements(data.values, 'float32'));
      break;
    case 'int32_data':
      writer.packedInts(5, data.values);
      break;
    case 'string_data':
      for (const value of data.values) writer.bytes(6, value);
      break;
    case 'int64_data':
      writer.packedInts(7, data.values);
      break;
    case 'raw_data':
      writer.bytes(9, data.values);
      break;
    case 'double_data':
      writer.bytes(10, encodeElements(data.values, 'float64'));
      break;
    case 'uint64_data':
      writer.packedInts(11, data.values);
      break;
    case 'external_data':
      for (const entry of data.values) writer.message(13, entryMessage(entry));
      writer.int(14, 1); // DataLocation.EXTERNAL
      break;
    default:
      assertNever(data);
  }
}

function valueInfoMessage({ name, type }: OnnxValueInfo): ProtoWriter {
  const writer = new ProtoWriter().text(1, name);
  return type === null ? writer : writer.message(2, typeMessage(type));
}

function typeMessage(type: OnnxType): ProtoWriter {
  const writer = new ProtoWriter();
  if (type.kind !== 'tensor') return writer.bytes(otherTypeFields[type.kind], type.encoded);
  const tensorType = new ProtoWriter().int(1, type.dataType);
  if (type.dims !== null) tensorType.message(2, shapeMessage(type.dims));
  return writer.message(1, tensorType);
}

function shapeMessage(dims: readonly OnnxDim[]): ProtoWriter {
  const writer = new ProtoWriter();
  for (const dim of dims) {
    const message = new ProtoWriter();
    if (typeof dim === 'number') message.int(1, dim);
    if (typeof dim === 'string') message.text(2, dim);
    writer.message(1, message);
  }
  return writer;
}

/** Field numbers of `TypeProto`. */
const otherTypeFields = { sequence: 4, map: 5, opaque: 7, sparseTensor: 8, optional: 9 } as const;

/** Writes a text field, unless it is empty: that is what a reader assumes of a missing one. */
function writeText(writer: ProtoWriter, field: number, value: string): void {
  if (value !== '') writer.text(field, value);
}
