import { describe, expect, it } from 'vitest';
import type { PlainArray } from '../../../src/formats/elements.js';
import { parseOnnxModel, parseOnnxTensorFile } from '../../../src/formats/onnx-reader.js';
import { decodeOnnxTensor, encodeOnnxTensor } from '../../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import {
  onnxDataType,
  onnxTypeName,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxTensorData,
  type OnnxTypeName,
} from '../../../src/formats/onnx.js';
import { ProtoWriter } from '../../../src/formats/protobuf-writer.js';

const tensor = encodeOnnxTensor('w', { type: 'int8', shape: [2], data: Int8Array.of(-1, 2) });
const emptyGraph = {
  name: 'inner',
  nodes: [],
  initializers: [],
  sparseInitializers: [],
  inputs: [],
  outputs: [],
  valueInfos: [],
};

/** Every kind of attribute, type, dim and tensor field once. */
const model: OnnxModel = {
  irVersion: 9,
  producerName: 'bitmac',
  producerVersion: '1',
  domain: 'example',
  modelVersion: 2n ** 60n,
  opsetImports: [
    { domain: '', version: 17 },
    { domain: 'com.microsoft', version: 1 },
  ],
  metadata: [{ key: 'k', value: 'v' }],
  functions: [Uint8Array.of(1, 2)],
  graph: {
    name: 'main',
    nodes: [
      {
        name: 'n',
        opType: 'Everything',
        domain: 'com.microsoft',
        inputs: ['x', '', 'w'],
        outputs: ['y'],
        attributes: [
          { name: 'a', kind: 'float', value: 0 },
          { name: 'b', kind: 'int', value: -(2n ** 63n) },
          { name: 'c', kind: 'string', value: 'SAME_UPPER' },
          { name: 'd', kind: 'tensor', value: tensor },
          { name: 'e', kind: 'graph', value: emptyGraph },
          { name: 'f', kind: 'floats', value: [1, -0.5] },
          { name: 'g', kind: 'ints', value: [1n, -1n] },
          { name: 'h', kind: 'strings', value: ['', 'é'] },
          { name: 'i', kind: 'tensors', value: [tensor, tensor] },
          { name: 'j', kind: 'graphs', value: [emptyGraph] },
          { name: 'k', kind: 'sparseTensor', value: Uint8Array.of(1) },
          { name: 'l', kind: 'sparseTensors', value: [Uint8Array.of(1)] },
          { name: 'm', kind: 'typeProto', value: Uint8Array.of(1) },
          { name: 'n', kind: 'typeProtos', value: [Uint8Array.of(1)] },
          { name: 'o', kind: 'ints', value: [] },
        ],
      },
    ],
    initializers: [
      tensor,
      { name: 'none', dims: [0], dataType: 1, data: null },
      { name: 'raw', dims: [0], dataType: 1, data: { field: 'raw_data', values: new Uint8Array(0) } },
      { name: 'f', dims: [], dataType: 1, data: { field: 'float_data', values: Float32Array.of(1) } },
      { name: 'i', dims: [1], dataType: 6, data: { field: 'int32_data', values: Int32Array.of(-1) } },
      { name: 'l', dims: [1], dataType: 7, data: { field: 'int64_data', values: BigInt64Array.of(-1n) } },
      { name: 'd', dims: [1], dataType: 11, data: { field: 'double_data', values: Float64Array.of(0.1) } },
      {
        name: 'u',
        dims: [1],
        dataType: 13,
        data: { field: 'uint64_data', values: BigUint64Array.of(2n ** 63n) },
      },
      { name: 's', dims: [1], dataType: 8, data: { field: 'string_data', values: [Uint8Array.of(0xff)] } },
      {
        name: 'x',
        dims: [1],
        dataType: 1,
        data: { field: 'external_data', values: [{ key: 'location', value: 'weights.bin' }] },
      },
    ],
    sparseInitializers: [Uint8Array.of(1)],
    inputs: [{ name: 'x', type: { kind: 'tensor', dataType: 1, dims: [1, 'N', null, 0] } }],
    outputs: [{ name: 'y', type: { kind: 'tensor', dataType: 1, dims: null } }],
    valueInfos: [
      { name: 'untyped', type: null },
      { name: 'scalar', type: { kind: 'tensor', dataType: 7, dims: [] } },
      { name: 'q', type: { kind: 'sequence', encoded: Uint8Array.of(1) } },
      { name: 'm', type: { kind: 'map', encoded: Uint8Array.of(1) } },
      { name: 'o', type: { kind: 'opaque', encoded: Uint8Array.of(1) } },
      { name: 't', type: { kind: 'sparseTensor', encoded: Uint8Array.of(1) } },
      { name: 'p', type: { kind: 'optional', encoded: Uint8Array.of(1) } },
    ],
  },
};

function namedAttribute(): ProtoWriter {
  return new ProtoWriter().text(1, 'a');
}

/** The first attribute of a model with one node, whose attribute is the given message. */
function readBack(attribute: ProtoWriter): OnnxAttribute | undefined {
  const node = new ProtoWriter().message(5, attribute);
  const bytes = new ProtoWriter().message(7, new ProtoWriter().message(1, node)).finish();
  return parseOnnxModel(bytes).graph.nodes[0]?.attributes[0];
}

function decode(typeName: OnnxTypeName, dims: number[], data: OnnxTensorData | null): PlainArray['data'] {
  return decodeOnnxTensor({ name: 't', dims, dataType: onnxDataType(typeName), data }).data;
}

function int32Data(...values: number[]): OnnxTensorData {
  return { field: 'int32_data', values: Int32Array.from(values) };
}

describe('a model', () => {
  it('reads back as it was written, whatever it contains', () => {
    expect(parseOnnxModel(writeOnnxModel(model))).toEqual(model);
  });

  it('has the bytes that onnx.proto prescribes', () => {
    const small: OnnxModel = { ...model, metadata: [], functions: [], modelVersion: 0n, graph: emptyGraph };
    const bytes = writeOnnxModel({
      ...small,
      producerName: '',
      producerVersion: '',
      domain: '',
      opsetImports: [],
    });
    expect(Buffer.from(bytes).toString('hex')).toBe('08093a071205696e6e6572');
  });

  it('is refused without a graph', () => {
    expect(() => parseOnnxModel(new Uint8Array(0))).toThrow(/found no graph, expected an ONNX model/);
  });
});

describe('an attribute', () => {
  it('of IR version 1 has the kind of the one value it has', () => {
    expect(readBack(namedAttribute().int(3, 7))).toEqual({ name: 'a', kind: 'int', value: 7n });
    expect(readBack(namedAttribute().packedInts(8, [1, 2]))).toEqual({
      name: 'a',
      kind: 'ints',
      value: [1n, 2n],
    });
  });

  it.each([
    { code: 1, want: { kind: 'float', value: 0 } },
    { code: 2, want: { kind: 'int', value: 0n } },
    { code: 3, want: { kind: 'string', value: '' } },
    { code: 7, want: { kind: 'ints', value: [] } },
  ])('of type $code that leaves out its value means $want.value', ({ code, want }) => {
    expect(readBack(namedAttribute().int(20, code))).toEqual({ name: 'a', ...want });
  });

  it.each([
    { why: 'no type and no value', attribute: namedAttribute(), message: /'a': found 0 values and no type/ },
    {
      why: 'no type and two values',
      attribute: namedAttribute().int(3, 1).float32(2, 1),
      message: /found 2 values and no type/,
    },
    { why: 'an unknown type', attribute: namedAttribute().int(20, 99), message: /found type code 99/ },
    {
      why: 'a tensor type and no tensor',
      attribute: namedAttribute().int(20, 4),
      message: /found no tensor/,
    },
  ])('with $why is refused', ({ attribute, message }) => {
    expect(() => readBack(attribute)).toThrow(message);
  });
});

describe('decodeOnnxTensor', () => {
  it.each([
    { type: 'int8', data: int32Data(-128), want: Int8Array.of(-128) },
    { type: 'uint8', data: int32Data(255), want: Uint8Array.of(255) },
    { type: 'int16', data: int32Data(-5), want: Int16Array.of(-5) },
    { type: 'uint16', data: int32Data(65535), want: Uint16Array.of(65535) },
    { type: 'int32', data: int32Data(-7), want: Int32Array.of(-7) },
    { type: 'bool', data: int32Data(1), want: Uint8Array.of(1) },
    { type: 'float16', data: int32Data(0x3c00), want: Float32Array.of(1) },
    { type: 'bfloat16', data: int32Data(0xbf80), want: Float32Array.of(-1) },
    {
      type: 'float32',
      data: { field: 'float_data', values: Float32Array.of(NaN) },
      want: Float32Array.of(NaN),
    },
    {
      type: 'float64',
      data: { field: 'double_data', values: Float64Array.of(0.1) },
      want: Float64Array.of(0.1),
    },
    {
      type: 'int64',
      data: { field: 'int64_data', values: BigInt64Array.of(-1n) },
      want: BigInt64Array.of(-1n),
    },
    {
      type: 'uint32',
      data: { field: 'uint64_data', values: BigUint64Array.of(7n) },
      want: Uint32Array.of(7),
    },
    {
      type: 'uint64',
      data: { field: 'uint64_data', values: BigUint64Array.of(7n) },
      want: BigUint64Array.of(7n),
    },
    {
      type: 'float16',
      data: { field: 'raw_data', values: Uint8Array.of(0, 0xc0) },
      want: Float32Array.of(-2),
    },
    {
      type: 'int64',
      data: { field: 'raw_data', values: new Uint8Array(8).fill(255) },
      want: BigInt64Array.of(-1n),
    },
  ] as const)('reads $type out of $data.field', ({ type, data, want }) => {
    expect(decode(type, [1], data)).toEqual(want);
  });

  it('reads a tensor of no elements that has no data field', () => {
    expect(decode('float32', [0, 3], null)).toEqual(new Float32Array(0));
  });

  it.each([
    {
      why: 'elements that the type cannot hold',
      type: 'uint8',
      dims: [1],
      data: int32Data(256),
      message: /found 256 at element 0, expected a value of type uint8/,
    },
    {
      why: 'another number of elements',
      type: 'int8',
      dims: [2],
      data: int32Data(1),
      message: /found 1 bytes of data, expected 2/,
    },
    {
      why: 'no data for its elements',
      type: 'int8',
      dims: [2],
      data: null,
      message: /found 0 bytes of data/,
    },
    {
      why: 'elements in the field of another type',
      type: 'float32',
      dims: [1],
      data: int32Data(1),
      message: /found elements in int32_data, expected float_data or raw_data/,
    },
    {
      why: 'strings',
      type: 'string',
      dims: [1],
      data: { field: 'string_data', values: [] },
      message: /found type string, expected one of float32/,
    },
    { why: 'int4', type: 'int4', dims: [2], data: int32Data(1), message: /found type int4/ },
    {
      why: 'elements in another file',
      type: 'int8',
      dims: [1],
      data: { field: 'external_data', values: [{ key: 'location', value: 'w.bin' }] },
      message: /another file \('w.bin'\).*save the model as one file/,
    },
  ] as const)('refuses $why', ({ type, dims, data, message }) => {
    expect(() => decode(type, [...dims], data)).toThrow(message);
  });

  it('names an unknown type by its code', () => {
    expect(() => decodeOnnxTensor({ name: 't', dims: [], dataType: 77, data: null })).toThrow(
      /found type 77/,
    );
    expect(onnxTypeName(-1)).toBeNull();
  });
});

describe('a tensor file', () => {
  it('reads as a bare tensor', () => {
    const bytes = new ProtoWriter().int(1, 2).int(2, 3).bytes(9, Uint8Array.of(1, 255)).finish();
    expect(decodeOnnxTensor(parseOnnxTensorFile(bytes))).toEqual({
      type: 'int8',
      shape: [2],
      data: Int8Array.of(1, -1),
    });
  });

  it('ignores an empty raw_data beside the field that holds the elements', () => {
    const bytes = new ProtoWriter().bytes(9, new Uint8Array(0)).packedInts(5, [1]).finish();
    expect(parseOnnxTensorFile(bytes).data?.field).toBe('int32_data');
  });

  it('is refused with elements in two fields', () => {
    const bytes = new ProtoWriter().bytes(9, Uint8Array.of(1)).packedInts(5, [1]).finish();
    expect(() => parseOnnxTensorFile(bytes)).toThrow(/found elements in int32_data and raw_data/);
  });

  it('is refused with a negative extent', () => {
    expect(() => parseOnnxTensorFile(new ProtoWriter().int(1, -1).finish())).toThrow(/found an extent of -1/);
  });
});
