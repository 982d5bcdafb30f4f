import { Builder } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { parseTfliteModel } from '../../../src/formats/tflite-reader.js';
import { bytesOf, intsOf, tableOf, tablesOf, type Field } from '../../support/flatbuffer-tables.js';

/** Parts of a model that no writer of models would give: fields of its tables, or lists that name one of them often. */
interface Parts {
  readonly tensor?: (builder: Builder) => Field[];
  readonly tensorCount?: number;
  readonly operator?: (builder: Builder) => Field[];
  readonly operatorCount?: number;
  readonly operatorCode?: readonly Field[];
  /** Both buffers of the model. */
  readonly buffer?: (builder: Builder) => Field[];
}

const none = () => [];
const shaped = (shape: readonly number[]) => (builder: Builder) => [{ id: 0, at: intsOf(builder, shape) }];

function modelOf({
  tensor = none,
  tensorCount = 1,
  operator = none,
  operatorCount = 1,
  operatorCode = [{ id: 0, int8: 3 }],
  buffer = none,
}: Parts): Uint8Array {
  const builder = new Builder();
  const repeated = (table: number, count: number) =>
    tablesOf(
      builder,
      Array.from({ length: count }, () => table),
    );
  const tensors = repeated(tableOf(builder, tensor(builder)), tensorCount);
  const operators = repeated(tableOf(builder, operator(builder)), operatorCount);
  const subgraph = tableOf(builder, [
    { id: 0, at: tensors },
    { id: 3, at: operators },
  ]);
  const fields = [
    { id: 0, uint32: 3 },
    { id: 1, at: tablesOf(builder, [tableOf(builder, operatorCode)]) },
    { id: 2, at: tablesOf(builder, [subgraph]) },
    { id: 4, at: repeated(tableOf(builder, buffer(builder)), 2) },
  ];
  builder.finish(tableOf(builder, fields), 'TFL3');
  return builder.asUint8Array();
}

describe('what is refused', () => {
  it.each<{ why: string; parts: Parts; message: RegExp }>([
    {
      why: 'a buffer that the model does not have',
      parts: { tensor: () => [{ id: 2, uint32: 2 }] },
      message: /tensors\[0\]\.buffer\): found buffer 2, expected one of the 2 of the model/,
    },
    {
      why: 'elements in another file',
      parts: { tensor: () => [{ id: 10, uint32: 1 }] },
      message: /external_buffer\): found elements in another file/,
    },
    {
      why: 'quantization in blocks',
      parts: { tensor: (builder) => [{ id: 4, at: tableOf(builder, [{ id: 4, int8: 2 }]) }] },
      message: /details_type\): found quantization details of type 2/,
    },
    {
      why: 'a type without a name',
      parts: { tensor: () => [{ id: 1, int8: 100 }] },
      message: /tensors\[0\]\.type\): found code 100, expected one of 0 \(float32\), 1 \(float16\)/,
    },
    {
      why: 'an operator code that the model does not have',
      parts: { operator: () => [{ id: 0, uint32: 0xffffffff }] },
      message: /operators\[0\]\.opcode_index\): found operator code 4294967295, expected one of the 1/,
    },
    {
      why: 'a negative operator code',
      parts: {
        operatorCode: [
          { id: 0, int8: -2 },
          { id: 3, int32: -3 },
        ],
      },
      message: /operator_codes\[0\]\.builtin_code\): found -2, expected a code from 0/,
    },
    {
      why: 'elements beyond the end of the file',
      parts: {
        buffer: () => [
          { id: 1, uint64: 100n },
          { id: 2, uint64: 2n ** 64n - 1n },
        ],
      },
      message: /buffers\[0\]\.offset\): found 18446744073709551615 bytes from byte 100 on/,
    },
  ])('$why', ({ parts, message }) => {
    expect(() => parseTfliteModel(modelOf(parts))).toThrow(message);
  });
});

describe('what is understood', () => {
  it.each<{ why: string; index?: number; buffer: (builder: Builder) => Field[]; data: Uint8Array | null }>([
    {
      why: 'an offset of 1, which says that a buffer has no elements',
      buffer: () => [
        { id: 1, uint64: 1n },
        { id: 2, uint64: 1n },
      ],
      data: null,
    },
    {
      why: 'buffer 0 as that of tensors without elements, whatever it holds',
      index: 0,
      buffer: (builder) => [{ id: 0, at: bytesOf(builder, Uint8Array.of(5, 6)) }],
      data: null,
    },
    {
      why: 'elements in the flatbuffer before those after it',
      buffer: (builder) => [
        { id: 0, at: bytesOf(builder, Uint8Array.of(5, 6)) },
        { id: 1, uint64: 2n },
        { id: 2, uint64: 1n },
      ],
      data: Uint8Array.of(5, 6),
    },
  ])('$why', ({ index = 1, buffer, data }) => {
    const file = modelOf({ tensor: () => [{ id: 2, uint32: index }], buffer });
    expect(parseTfliteModel(file).subgraphs[0]!.tensors[0]!.data).toEqual(data);
  });
});

describe('a file that names one part from everywhere', () => {
  it('is read as long as that is little work', () => {
    const { tensors, operators } = parseTfliteModel(
      modelOf({ tensor: shaped([1, 2, 3]), tensorCount: 3, operatorCount: 2 }),
    ).subgraphs[0]!;
    expect(tensors.map(({ shape }) => shape)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(operators.length).toBe(2);
  });

  it('is refused once all reads are several times the file', () => {
    const shape = Array.from({ length: 20_000 }, () => 1);
    expect(() => parseTfliteModel(modelOf({ tensor: shaped(shape), tensorCount: 500 }))).toThrow(
      /tensors\[\d\]\.shape\): found 80000 more bytes to read, many of them named repeatedly, expected at most 4 times/,
    );
  });

  it('is refused once there are very many tables', () => {
    expect(() => parseTfliteModel(modelOf({ operatorCount: 600_000 }))).toThrow(
      'found another table, expected at most 500000 tables in a file',
    );
  });
});
