/**
 * ONNX messages as plain readonly values, field for field as in `onnx.proto` (github.com/onnx/onnx), less what
 * no reader of ours needs: documentation strings, training information, and quantization annotations.
 * 64-bit integers are bigint; those that count something are numbers.
 */

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: bigint;
  readonly opsetImports: readonly OnnxOpset[];
  readonly metadata: readonly OnnxEntry[];
  readonly graph: OnnxGraph;
  /** Model-local functions, still encoded: an importer that cannot inline them must refuse them. */
  readonly functions: readonly Uint8Array[];
}

export interface OnnxOpset {
  /** Empty for the standard operators, which are also called `ai.onnx`. */
  readonly domain: string;
  readonly version: number;
}

export interface OnnxEntry {
  readonly key: string;
  readonly value: string;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Still encoded: an importer must refuse them or decode them. */
  readonly sparseInitializers: readonly Uint8Array[];
  /** Before IR version 4 these repeat the initializers. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly valueInfos: readonly OnnxValueInfo[];
}

export interface OnnxNode {
  /** Often empty. */
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Value names; an empty one is an optional input that was left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** What an attribute can hold, by kind. */
export type OnnxAttributeValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] }
  /** Still encoded. */
  | { readonly kind: 'sparseTensor' | 'typeProto'; readonly value: Uint8Array }
  | { readonly kind: 'sparseTensors' | 'typeProtos'; readonly value: readonly Uint8Array[] };

export type OnnxAttribute = { readonly name: string } & OnnxAttributeValue;
export type OnnxAttributeKind = OnnxAttribute['kind'];

/** A tensor as stored; `decodeOnnxTensor` gives its elements. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Code of `TensorProto.DataType`; `onnxTypeName` names it. */
  readonly dataType: number;
  /** The one field that holds the elements; null where none does, as in a tensor of no elements. */
  readonly data: OnnxTensorData | null;
}

/** The fields a `TensorProto` can keep its elements in, by their names in `onnx.proto`. */
export type OnnxTensorData =
  /** Little-endian elements, sharing the file's memory. */
  | { readonly field: 'raw_data'; readonly values: Uint8Array }
  | { readonly field: 'float_data'; readonly values: Float32Array }
  /** Also int8, uint8, int16, uint16, bool, and the bit patterns of float16 and bfloat16. */
  | { readonly field: 'int32_data'; readonly values: Int32Array }
  | { readonly field: 'int64_data'; readonly values: BigInt64Array }
  | { readonly field: 'double_data'; readonly values: Float64Array }
  /** Also uint32. */
  | { readonly field: 'uint64_data'; readonly values: BigUint64Array }
  | { readonly field: 'string_data'; readonly values: readonly Uint8Array[] }
  /** Where another file holds them: `location`, `offset`, `length`. It is never followed. */
  | { readonly field: 'external_data'; readonly values: readonly OnnxEntry[] };

/** A named value of the graph; the type is null where the file does not say. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType | null;
}

export type OnnxType =
  /** `dims` is null where even the rank is unknown. */
  | { readonly kind: 'tensor'; readonly dataType: number; readonly dims: readonly OnnxDim[] | null }
  /** Anything but a dense tensor, still encoded. */
  | {
      readonly kind: 'sequence' | 'map' | 'opaque' | 'sparseTensor' | 'optional';
      readonly encoded: Uint8Array;
    };

/** An extent, the name of one that is only known at run time, or null where nothing is said. */
export type OnnxDim = number | string | null;

/** `TensorProto.DataType`: names by code. */
const typeNames = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
] as const;
export type OnnxTypeName = (typeof typeNames)[number];

/** The name of a `TensorProto.DataType` code, or null where no version of ONNX we know has it. */
export function onnxTypeName(dataType: number): OnnxTypeName | null {
  return typeNames[dataType] ?? null;
}

/** The `TensorProto.DataType` code of a type. */
export function onnxDataType(name: OnnxTypeName): number {
  return typeNames.indexOf(name);
}

/** `AttributeProto.AttributeType`: kinds by code. */
const attributeKinds = [
  'undefined',
  'float',
  'int',
  'string',
  'tensor',
  'graph',
  'floats',
  'ints',
  'strings',
  'tensors',
  'graphs',
  'sparseTensor',
  'sparseTensors',
  'typeProto',
  'typeProtos',
] as const;

/** The kind an `AttributeProto.AttributeType` code stands for, or null where it is none. */
export function onnxAttributeKind(typeCode: number): OnnxAttributeKind | null {
  const kind = attributeKinds[typeCode];
  return kind === undefined || kind === 'undefined' ? null : kind;
}

/** The `AttributeProto.AttributeType` code of a kind. */
export function onnxAttributeType(kind: OnnxAttributeKind): number {
  return attributeKinds.indexOf(kind);
}
