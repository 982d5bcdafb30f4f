import { UserError } from '../core/errors.js';
import {
  onnxAttributeKind,
  type OnnxAttribute,
  type OnnxAttributeValue,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './onnx.js';
import { readTensor } from './onnx-tensor-reader.js';
import { readValueInfo } from './onnx-type-reader.js';
import { RepeatedScalar } from './protobuf-repeated.js';
import type { ProtoReader } from './protobuf.js';

/** A `GraphProto`. */
export function readGraph(reader: ProtoReader): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const sparseInitializers: Uint8Array[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const valueInfos: OnnxValueInfo[] = [];
  while (reader.next()) {
    if (reader.field === 1) nodes.push(readNode(reader.message('node')));
    else if (reader.field === 2) name = reader.text();
    else if (reader.field === 5) initializers.push(readTensor(reader.message('initializer')));
    else if (reader.field === 11) inputs.push(readValueInfo(reader.message('input')));
    else if (reader.field === 12) outputs.push(readValueInfo(reader.message('output')));
    else if (reader.field === 13) valueInfos.push(readValueInfo(reader.message('value_info')));
    else if (reader.field === 15) sparseInitializers.push(reader.bytes());
  }
  return { name, nodes, initializers, sparseInitializers, inputs, outputs, valueInfos };
}

/** A `NodeProto`. */
function readNode(reader: ProtoReader): OnnxNode {
  let name = '';
  let opType = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  while (reader.next()) {
    if (reader.field === 1) inputs.push(reader.text());
    else if (reader.field === 2) outputs.push(reader.text());
    else if (reader.field === 3) name = reader.text();
    else if (reader.field === 4) opType = reader.text();
    else if (reader.field === 5) attributes.push(readAttribute(reader.message('attribute')));
    else if (reader.field === 7) domain = reader.text();
  }
  return { name, opType, domain, inputs, outputs, attributes };
}

/** An `AttributeProto`. */
function readAttribute(reader: ProtoReader): OnnxAttribute {
  let name = '';
  let typeCode = 0;
  const given: OnnxAttributeValue[] = [];
  const floats = new RepeatedScalar('fixed32');
  const ints = new RepeatedScalar('varint');
  const strings: string[] = [];
  const tensors: OnnxTensor[] = [];
  const graphs: OnnxGraph[] = [];
  const sparseTensors: Uint8Array[] = [];
  const typeProtos: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) given.push({ kind: 'float', value: reader.float32() });
    else if (reader.field === 3) given.push({ kind: 'int', value: reader.int64() });
    else if (reader.field === 4) given.push({ kind: 'string', value: reader.text() });
    else if (reader.field === 5) given.push({ kind: 'tensor', value: readTensor(reader.message('t')) });
    else if (reader.field === 6) given.push({ kind: 'graph', value: readGraph(reader.message('g')) });
    else if (reader.field === 7) floats.add(reader);
    else if (reader.field === 8) ints.add(reader);
    else if (reader.field === 9) strings.push(reader.text());
    else if (reader.field === 10) tensors.push(readTensor(reader.message('tensors')));
    else if (reader.field === 11) graphs.push(readGraph(reader.message('graphs')));
    else if (reader.field === 14) given.push({ kind: 'typeProto', value: reader.bytes() });
    else if (reader.field === 15) typeProtos.push(reader.bytes());
    else if (reader.field === 20) typeCode = reader.integer();
    else if (reader.field === 22) given.push({ kind: 'sparseTensor', value: reader.bytes() });
    else if (reader.field === 23) sparseTensors.push(reader.bytes());
  }
  const lists: readonly OnnxAttributeValue[] = [
    { kind: 'floats', value: Array.from(floats.float32s()) },
    { kind: 'ints', value: Array.from(ints.int64s()) },
    { kind: 'strings', value: strings },
    { kind: 'tensors', value: tensors },
    { kind: 'graphs', value: graphs },
    { kind: 'sparseTensors', value: sparseTensors },
    { kind: 'typeProtos', value: typeProtos },
  ];
  return { name, ...chooseValue(name, typeCode, given, lists) };
}

/**
 * The value that an attribute's type code points at. Writers may leave out a zero or an empty list, and the first
 * IR version had no type code: there the one field that is present counts.
 */
function chooseValue(
  name: string,
  typeCode: number,
  given: readonly OnnxAttributeValue[],
  lists: readonly OnnxAttributeValue[],
): OnnxAttributeValue {
  const place = `attribute '${name}'`;
  if (typeCode === 0) {
    const present = [...given, ...lists.filter(({ value }) => (value as readonly unknown[]).length > 0)];
    if (present.length === 1) return present[0]!;
    throw new UserError({
      place,
      found: `${present.length} values and no type`,
      expected: 'a type, or one value',
    });
  }
  const kind = onnxAttributeKind(typeCode);
  if (kind === null) {
    throw new UserError({
      place,
      found: `type code ${typeCode}`,
      expected: 'a code of AttributeProto.AttributeType',
    });
  }
  const value = [...given, ...lists, ...omittedValues].find((candidate) => candidate.kind === kind);
  if (value === undefined)
    throw new UserError({ place, found: `no ${kind}`, expected: `the ${kind} its type announces` });
  return value;
}

/** What a field that was left out stands for. */
const omittedValues: readonly OnnxAttributeValue[] = [
  { kind: 'float', value: 0 },
  { kind: 'int', value: 0n },
  { kind: 'string', value: '' },
];
