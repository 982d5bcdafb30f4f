import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import {
  decodeElements,
  elementBytes,
  type ElementType,
  type PlainArray,
} from '../../src/formats/elements.js';
import { readIdx } from '../../src/formats/idx.js';
import { readImage } from '../../src/formats/image.js';
import { readNpy, writeNpy } from '../../src/formats/npy.js';
import { readNpz, writeNpz } from '../../src/formats/npz.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { decodeOnnxTensor, encodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import type { OnnxModel } from '../../src/formats/onnx.js';
import { RepeatedScalar } from '../../src/formats/protobuf-repeated.js';
import { ProtoWriter } from '../../src/formats/protobuf-writer.js';
import { ProtoReader } from '../../src/formats/protobuf.js';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';

const elementTypes: readonly ElementType[] = [
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
];

/** An array of any type and of a small shape, with any bits as elements. */
function anyPlainArray(): fc.Arbitrary<PlainArray> {
  const anyShape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
  return fc.tuple(fc.constantFrom(...elementTypes), anyShape).chain(([type, shape]) => {
    const bytes = shape.reduce((product, extent) => product * extent, elementBytes(type));
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((data) => ({ type, shape, data: decodeElements(type, data) }) as unknown as PlainArray);
  });
}

function anyArrays(): fc.Arbitrary<ReadonlyMap<string, PlainArray>> {
  const anyName = fc.string({ unit: 'grapheme', minLength: 1 });
  return fc
    .uniqueArray(fc.tuple(anyName, anyPlainArray()), { selector: ([name]) => name, maxLength: 5 })
    .map((entries) => new Map(entries));
}

/** Equal in every bit, NaN payloads too. */
function same(a: PlainArray, b: PlainArray): boolean {
  return a.type === b.type && a.shape.join() === b.shape.join() && bytesOf(a).equals(bytesOf(b));
}

function bytesOf({ data }: PlainArray): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function sameArrays(a: ReadonlyMap<string, PlainArray>, b: ReadonlyMap<string, PlainArray>): boolean {
  return a.size === b.size && [...a].every(([name, array]) => b.has(name) && same(array, b.get(name)!));
}

describe('what is written is read back bit for bit', () => {
  it('npy', () => {
    expect(() =>
      fc.assert(fc.property(anyPlainArray(), (array) => same(readNpy(writeNpy(array)), array))),
    ).not.toThrow();
  });

  it('npz', () => {
    expect(() =>
      fc.assert(
        fc.property(anyArrays(), fc.boolean(), (arrays, compress) =>
          sameArrays(readNpz(writeNpz(arrays, { compress })), arrays),
        ),
      ),
    ).not.toThrow();
  });

  it('safetensors', () => {
    expect(() =>
      fc.assert(
        fc.property(anyArrays(), (tensors) => {
          fc.pre(!tensors.has('__metadata__'));
          return sameArrays(
            readSafetensors(writeSafetensors({ tensors, metadata: new Map() })).tensors,
            tensors,
          );
        }),
      ),
    ).not.toThrow();
  });

  it('ONNX tensors', () => {
    expect(() =>
      fc.assert(
        fc.property(anyPlainArray(), (array) => same(decodeOnnxTensor(encodeOnnxTensor('t', array)), array)),
      ),
    ).not.toThrow();
  });

  it('protobuf integers, in runs of any length', () => {
    const anyRuns = fc.array(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })));
    expect(() =>
      fc.assert(
        fc.property(anyRuns, (runs) => {
          const writer = new ProtoWriter();
          for (const run of runs) {
            if (run.length === 1) writer.int(1, run[0]!);
            else writer.packedInts(1, run);
          }
          const reader = new ProtoReader(writer.finish(), 'message');
          const read = new RepeatedScalar('varint');
          while (reader.next()) read.add(reader);
          return read.int64s().join() === runs.flat().join();
        }),
      ),
    ).not.toThrow();
  });
});

const arrays = new Map<string, PlainArray>([
  ['weights', { type: 'int8', shape: [2, 3], data: Int8Array.of(1, -2, 3, -4, 5, -6) }],
  ['scale', { type: 'float32', shape: [], data: Float32Array.of(0.5) }],
]);

const model: OnnxModel = {
  irVersion: 8,
  producerName: 'p',
  producerVersion: '',
  domain: '',
  modelVersion: 0n,
  opsetImports: [{ domain: '', version: 17 }],
  metadata: [{ key: 'k', value: 'v' }],
  functions: [],
  graph: {
    name: 'g',
    nodes: [
      {
        name: 'n',
        opType: 'Conv',
        domain: '',
        inputs: ['x', 'weights'],
        outputs: ['y'],
        attributes: [
          { name: 'pads', kind: 'ints', value: [1n, 1n, 1n, 1n] },
          { name: 'alpha', kind: 'float', value: 0.5 },
          { name: 'auto_pad', kind: 'string', value: 'NOTSET' },
        ],
      },
    ],
    initializers: [
      ...Array.from(arrays, ([name, array]) => encodeOnnxTensor(name, array)),
      { name: 'b', dims: [2], dataType: 7, data: { field: 'int64_data', values: BigInt64Array.of(1n, -1n) } },
    ],
    sparseInitializers: [],
    inputs: [{ name: 'x', type: { kind: 'tensor', dataType: 1, dims: [1, 'N', null] } }],
    outputs: [{ name: 'y', type: { kind: 'tensor', dataType: 1, dims: null } }],
    valueInfos: [],
  },
};

function smallPng(): Uint8Array {
  const image = new PNG({ width: 3, height: 2 });
  image.data.set(Array.from({ length: 24 }, (_, index) => index * 10));
  return PNG.sync.write(image);
}

const npy = writeNpy({ type: 'uint16', shape: [2, 2], data: Uint16Array.of(1, 2, 3, 4) });

const readers: readonly { name: string; file: Uint8Array; read: (bytes: Uint8Array) => unknown }[] = [
  { name: 'npy', file: npy, read: (bytes) => readNpy(bytes, 2 ** 20) },
  { name: 'npy.gz', file: gzipSync(npy), read: (bytes) => readNpy(bytes, 2 ** 20) },
  { name: 'npz', file: writeNpz(arrays), read: (bytes) => readNpz(bytes, 2 ** 20) },
  {
    name: 'npz, deflated',
    file: writeNpz(arrays, { compress: true }),
    read: (bytes) => readNpz(bytes, 2 ** 20),
  },
  {
    name: 'ONNX',
    file: writeOnnxModel(model),
    read: (bytes) => parseOnnxModel(bytes).graph.initializers.map((tensor) => decodeOnnxTensor(tensor)),
  },
  {
    name: 'safetensors',
    file: writeSafetensors({ tensors: arrays, metadata: new Map([['k', 'v']]) }),
    read: (bytes) => readSafetensors(bytes),
  },
  {
    name: 'idx',
    file: Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 8),
    read: (bytes) => readIdx(bytes),
  },
  { name: 'PNG', file: smallPng(), read: (bytes) => readImage(bytes) },
  { name: 'PPM', file: Buffer.from('P6\n# c\n1 1\n255\nabc'), read: (bytes) => readImage(bytes) },
];

/** Null where the reader gives a value or a `UserError`; else what it gave instead. */
function failure(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): string | null {
  try {
    read(bytes);
    return null;
  } catch (error) {
    return error instanceof UserError ? null : String(error);
  }
}

describe.each(readers)('damaged $name gives a value or a UserError', ({ file, read }) => {
  it('when whole', () => {
    expect(() => read(file)).not.toThrow();
  });

  it('cut anywhere', () => {
    const failures = Array.from(file, (_, length) => failure(read, file.subarray(0, length)));
    expect(failures.filter((message) => message !== null)).toEqual([]);
  });

  it('with any one byte replaced by a telling one', () => {
    const telling = [0x00, 0x01, 0x7f, 0x80, 0xff];
    const failures = Array.from(file, (_, index) =>
      telling.map((value) => failure(read, Uint8Array.from(file).fill(value, index, index + 1))),
    );
    expect(failures.flat().filter((message) => message !== null)).toEqual([]);
  });

  it('with several bytes replaced', () => {
    const anyEdits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 2, maxLength: 6 });
    expect(() =>
      fc.assert(
        fc.property(anyEdits, (edits) => {
          const damaged = Uint8Array.from(file);
          for (const [position, value] of edits) damaged[position % damaged.length] = value;
          return failure(read, damaged) === null;
        }),
        { numRuns: 500 },
      ),
    ).not.toThrow();
  });
});

it.each(readers)('any bytes whatever read as $name give a value or a UserError', ({ read }) => {
  expect(() =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => failure(read, bytes) === null)),
  ).not.toThrow();
});
