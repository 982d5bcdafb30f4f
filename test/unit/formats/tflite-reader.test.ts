import { describe, expect, it } from 'vitest';
import { isTflite } from '../../../src/formats/tflite-identifier.js';
import { parseTfliteModel } from '../../../src/formats/tflite-reader.js';
import type { TfliteSubgraph, TfliteTensor } from '../../../src/formats/tflite.js';
import {
  writeTflite,
  writeTfliteModel,
  type Encoding,
  type OperatorToWrite,
  type TensorToWrite,
} from '../../support/tflite-writer.js';

function reread(
  tensors: readonly TensorToWrite[],
  operators: readonly OperatorToWrite[] = [],
  encoding?: Encoding,
): TfliteSubgraph {
  const file = writeTflite({ tensors, operators, inputs: [], outputs: [] }, encoding);
  return parseTfliteModel(file).subgraphs[0]!;
}

const everything: TfliteTensor = {
  name: 'weights/größe',
  type: 'int4',
  shape: [3, 1, 2],
  shapeSignature: [-1, 1, 2],
  data: Uint8Array.of(1, 2, 255),
  quantization: { scales: [0.5, 0.25, 2], zeroPoints: [-128, 0, 2 ** 31 - 1], axis: 2 },
  isVariable: true,
  isSparse: true,
};
const plain: TfliteTensor = {
  name: 't0',
  type: 'int8',
  shape: [],
  shapeSignature: null,
  data: null,
  quantization: null,
  isVariable: false,
  isSparse: false,
};

describe('models', () => {
  it('are told by their identifier, which is not at the beginning', () => {
    const file = writeTflite({ tensors: [], operators: [], inputs: [], outputs: [] });
    expect(isTflite(file)).toBe(true);
    expect(isTflite(file.subarray(0, 7))).toBe(false);
    expect(isTflite(file.subarray(4))).toBe(false);
    expect(() => parseTfliteModel(file.subarray(4))).toThrow('byte 4: found no identifier TFL3');
  });

  it('have a description and several subgraphs', () => {
    const graph = { operators: [], inputs: [1, 0], outputs: [1] };
    const tensors = [{ shape: [1] }, { shape: [2] }];
    const file = writeTfliteModel(
      [
        { ...graph, name: 'one', tensors },
        { ...graph, name: 'two', tensors },
      ],
      {
        description: 'made here',
      },
    );
    const { description, subgraphs, version } = parseTfliteModel(file);
    expect({ description, version }).toEqual({ description: 'made here', version: 3 });
    expect(subgraphs.map(({ name, inputs, outputs }) => ({ name, inputs, outputs }))).toEqual([
      { name: 'one', inputs: [1, 0], outputs: [1] },
      { name: 'two', inputs: [1, 0], outputs: [1] },
    ]);
  });

  it('are refused in another version of the schema, and without a subgraph', () => {
    expect(() => reread([], [], { version: 2 })).toThrow('found schema version 2, expected version 3');
    expect(() => parseTfliteModel(writeTfliteModel([]))).toThrow('found no subgraph');
  });
});

describe('tensors', () => {
  it.each(['inside', 'after'] as const)('have every field, with elements %s the flatbuffer', (elements) => {
    const second = { ...plain, name: 'bias', data: Uint8Array.of(9, 8, 7, 6) };
    const tensors = [plain, everything, second];
    expect(reread(tensors, [], { elements }).tensors).toEqual(tensors);
  });

  it('share the memory of the file, and are plain arrays for a Buffer', () => {
    const file = Buffer.from(writeTflite({ tensors: [everything], operators: [], inputs: [], outputs: [] }));
    const { data } = parseTfliteModel(file).subgraphs[0]!.tensors[0]!;
    expect(data!.buffer).toBe(file.buffer);
    expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  });

  it('have no elements where their buffer is empty', () => {
    const { tensors } = reread([{ shape: [0], data: new Uint8Array() }]);
    expect(tensors[0]!.data).toBe(null);
    expect(reread([{ shape: [0], data: new Uint8Array() }], [], { elements: 'after' }).tensors).toEqual(
      tensors,
    );
  });

  it('have no quantization without scales', () => {
    const quantization = { scales: [], zeroPoints: [], axis: 0 };
    expect(reread([{ shape: [], quantization }]).tensors[0]!.quantization).toBe(null);
  });

  it('are refused with a zero point that int32 does not hold', () => {
    const quantization = { scales: [1, 1], zeroPoints: [0, 2 ** 31], axis: 0 };
    expect(() => reread([{ shape: [], quantization }])).toThrow(
      /tensors\[0\]\.quantization\.zero_point\): found 2147483648, expected an integer of 32 bits/,
    );
  });
});

describe('operators', () => {
  it('are named by either field of their code, the larger where both are there', () => {
    const operators: OperatorToWrite[] = [
      { name: 'CONV_2D', inputs: [0, 0, -1], outputs: [1], version: 5 },
      { name: 'CONV_2D', inputs: [], outputs: [], version: 2 },
      { name: 'BATCH_MATMUL', inputs: [], outputs: [] },
      { name: 'CUSTOM', inputs: [], outputs: [], customCode: 'TFLite_Detection_PostProcess' },
    ];
    const tensors = [{ shape: [1] }, { shape: [1] }];
    const expected = [
      { name: 'CONV_2D', version: 5, customCode: null, inputs: [0, 0, -1], outputs: [1] },
      { name: 'CONV_2D', version: 2, customCode: null, inputs: [], outputs: [] },
      { name: 'BATCH_MATMUL', version: 1, customCode: null, inputs: [], outputs: [] },
      { name: 'CUSTOM', version: 1, customCode: 'TFLite_Detection_PostProcess', inputs: [], outputs: [] },
    ];
    for (const operatorCodes of ['both', 'deprecated', 'new'] as const) {
      expect(reread(tensors, operators, { operatorCodes }).operators).toMatchObject(expected);
    }
  });

  it('beyond one byte are named by the newer field', () => {
    const gelu: OperatorToWrite = { name: 'GELU', inputs: [], outputs: [] };
    expect(reread([], [gelu]).operators[0]!.name).toBe('GELU');
    const old = reread([], [gelu], { operatorCodes: 'deprecated' });
    expect(old.operators[0]!.name).toBe('PLACEHOLDER_FOR_GREATER_OP_CODES');
  });

  it.each([
    [0, 'ADD'],
    [32, 'CUSTOM'],
    [44, 'UNIDIRECTIONAL_SEQUENCE_LSTM'],
    [97, 'RESIZE_NEAREST_NEIGHBOR'],
    [126, 'BATCH_MATMUL'],
    [150, 'GELU'],
    [206, 'STABLEHLO_COMPOSITE'],
    [4000, 'BUILTIN_4000'],
  ] as const)('of code %i are called %s', (code, name) => {
    const operator = { name: `BUILTIN_${code}`, inputs: [], outputs: [] } as const;
    const read = reread([], [operator]).operators[0]!;
    expect(read.name).toBe(name);
  });

  it.each([
    { inputs: [2], outputs: [], expected: 'inputs): found tensor 2, expected an index from -1 to 1' },
    { inputs: [-2], outputs: [], expected: 'inputs): found tensor -2' },
    { inputs: [], outputs: [-1], expected: 'outputs): found tensor -1, expected an index from 0 to 1' },
  ])('are refused with tensors $inputs → $outputs of two', ({ inputs, outputs, expected }) => {
    const tensors = [{ shape: [] }, { shape: [] }];
    expect(() => reread(tensors, [{ name: 'ABS', inputs, outputs }])).toThrow(expected);
  });
});
