import { UserError } from '../../src/core/errors.js';
import { zeroElements, type PlainArray } from '../../src/formats/elements.js';
import {
  onnxDataType,
  type OnnxAttribute,
  type OnnxDim,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxTypeName,
  type OnnxValueInfo,
} from '../../src/formats/onnx.js';
import { encodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import type { OnnxImportOptions } from '../../src/importers/onnx/options.js';
import type { FloatGraph } from '../../src/ir/graph.js';
import { floatRunner } from './run-float.js';

/** Bigints are `int` attributes, numbers `float`; lists of them likewise. */
export type AttributeValue = bigint | readonly bigint[] | number | readonly number[] | string | OnnxTensor;

export function onnxNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  name = '',
): OnnxNode {
  return {
    name,
    opType,
    domain: '',
    inputs,
    outputs,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

function attribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'bigint') return { name, kind: 'int', value };
  if (typeof value === 'number') return { name, kind: 'float', value };
  if (typeof value === 'string') return { name, kind: 'string', value };
  if ('dims' in value) return { name, kind: 'tensor', value };
  return typeof value[0] === 'number'
    ? { name, kind: 'floats', value: value as readonly number[] }
    : { name, kind: 'ints', value: value as readonly bigint[] };
}

/** A float32 initializer or, as an array, a constant input. */
export function floats(shape: readonly number[], values: readonly number[]): PlainArray {
  return { type: 'float32', shape, data: Float32Array.from(values) };
}

export function int64s(values: readonly (number | bigint)[]): PlainArray {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** Codes, or a zero point, as an initializer. */
export function codes(
  type: 'int8' | 'uint8' | 'int16' | 'int32',
  shape: readonly number[],
  values: readonly number[],
): PlainArray {
  const data = zeroElements(type, values.length);
  data.set(values);
  return { type, shape, data } as PlainArray;
}

export function valueInfo(
  name: string,
  dims: readonly OnnxDim[] | null,
  type: OnnxTypeName = 'float32',
): OnnxValueInfo {
  return { name, type: { kind: 'tensor', dataType: onnxDataType(type), dims } };
}

export interface ModelParts {
  readonly opset?: number;
  readonly inputs?: Readonly<Record<string, readonly OnnxDim[] | null>>;
  /** Types of inputs; float32 where nothing is said. */
  readonly inputTypes?: Readonly<Record<string, OnnxTypeName>>;
  readonly initializers?: Readonly<Record<string, PlainArray>>;
  readonly nodes: readonly OnnxNode[];
  readonly outputs: readonly string[];
}

/** A small model out of what matters in it. */
export function onnxModel({
  opset = 17,
  inputs = {},
  inputTypes = {},
  initializers = {},
  nodes,
  outputs,
}: ModelParts): OnnxModel {
  return {
    irVersion: 8,
    producerName: 'test',
    producerVersion: '1',
    domain: '',
    modelVersion: 0n,
    opsetImports: [{ domain: '', version: opset }],
    metadata: [],
    functions: [],
    graph: {
      name: 'small',
      nodes,
      initializers: Object.entries(initializers).map(([name, array]) => encodeOnnxTensor(name, array)),
      sparseInitializers: [],
      inputs: Object.entries(inputs).map(([name, dims]) => valueInfo(name, dims, inputTypes[name])),
      outputs: outputs.map((name) => valueInfo(name, null)),
      valueInfos: [],
    },
  };
}

export function onnxBytes(parts: ModelParts): Uint8Array {
  return writeOnnxModel(onnxModel(parts));
}

/** The float graph of a small model. */
export function importSmall(parts: ModelParts, options: Partial<OnnxImportOptions> = {}): FloatGraph {
  return importOnnx(onnxBytes(parts), { file: 'small.onnx', ...options });
}

/** What a small model computes, output by output. */
export function evaluateSmall(parts: ModelParts, ...inputs: readonly (readonly number[])[]): number[][] {
  const run = floatRunner(importSmall(parts));
  return run(inputs.map((values) => Float32Array.from(values))).map((output) => Array.from(output));
}

/** The one line that refuses a model. */
export function refusalOf(parts: ModelParts, options: Partial<OnnxImportOptions> = {}): string {
  return messageOf(() => importSmall(parts, options));
}

/** The message of the `UserError` that `work` ends in; any other end is a failure. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
