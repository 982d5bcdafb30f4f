import { describe, expect, expectTypeOf, it } from 'vitest';
import { optionTables, type OptionTables } from '../../../src/formats/tflite-options.js';
import { parseTfliteModel } from '../../../src/formats/tflite-reader.js';
import type { TfliteOperator } from '../../../src/formats/tflite.js';
import { optionsLayout, type FieldLayout } from '../../support/tflite-layouts.js';
import { writeTflite, type Encoding, type OperatorToWrite } from '../../support/tflite-writer.js';

const names = Object.keys(optionTables) as (keyof OptionTables)[];

function survives(
  name: string,
  options: Readonly<Record<string, unknown>> | null,
  encoding?: Encoding,
): TfliteOperator {
  const operator = { name, inputs: [], outputs: [], options } as OperatorToWrite;
  const file = writeTflite({ tensors: [], operators: [operator], inputs: [], outputs: [] }, encoding);
  return parseTfliteModel(file).subgraphs[0]!.operators[0]!;
}

/** A value that is not the default, and that no other field of the table has. */
function unusual({ type, names, id, fallback }: FieldLayout): unknown {
  if (type === 'bool') return fallback === 0;
  if (type === 'ints') return [-1, id, 2 ** 31 - 1];
  if (type === 'enum') return names[1 + (id % (names.length - 1))];
  return type === 'float' ? 0.25 + id : -7 - id;
}

function usual({ type, names, fallback }: FieldLayout): unknown {
  if (type === 'bool') return fallback === 1;
  if (type === 'ints') return [];
  return type === 'enum' ? names[0] : fallback;
}

function options(name: string, value: (field: FieldLayout) => unknown): Record<string, unknown> {
  return Object.fromEntries(optionsLayout(name).fields.map((field) => [field.name, value(field)]));
}

describe.each(names)('options of %s', (name) => {
  it('are read at the number, and of the kind, that the schema gives them', () => {
    const written = options(name, unusual);
    expect(survives(name, written).options).toEqual(written);
  });

  it('are told apart one by one', () => {
    for (const field of optionsLayout(name).fields) {
      const written = { [field.name]: unusual(field) };
      expect(survives(name, written).options).toEqual({ ...options(name, usual), ...written });
    }
    expect(survives(name, {}).options).toEqual(options(name, usual));
  });

  it('have their defaults where the operator has no table', () => {
    expect(survives(name, null).options).toEqual(options(name, usual));
  });
});

it.each(names.filter((name) => optionsLayout(name).unionType !== 0))(
  'refuses the options of another operator on %s',
  (name) => {
    expect(() => survives(name, {}, { optionsType: 4 })).toThrow(
      new RegExp(
        `options of type 4 on ${name}, expected type ${optionsLayout(name).unionType}, or 0 for none`,
      ),
    );
  },
);

it('looks at no options of an operator that takes none', () => {
  expect(survives('RELU', {}, { optionsType: 4 }).options).toEqual({});
  expect(survives('LSTM', {}, { optionsType: 4 }).options).toEqual({});
});

it('names the operator, the field and the code of an enum that it does not know', () => {
  const file = writeTflite({
    tensors: [],
    operators: [{ name: 'MIRROR_PAD', inputs: [], outputs: [], options: { mode: 'LATER' as 'REFLECT' } }],
    inputs: [],
    outputs: [],
  });
  expect(() => parseTfliteModel(file)).toThrow(
    /^byte \d+ \(model\.subgraphs\[0\]\.operators\[0\]\.builtin_options\.mode\): found code -1, expected one of 0 \(REFLECT\), 1 \(SYMMETRIC\)/,
  );
});

it('covers the operators that an importer of convolutional networks meets', () => {
  const expected = `ABS ADD ARG_MAX ARG_MIN AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND CAST CONCATENATION CONV_2D
    DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE DIV ELU EXP EXPAND_DIMS FULLY_CONNECTED GATHER HARD_SWISH
    L2_NORMALIZATION L2_POOL_2D LEAKY_RELU LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN MINIMUM MIRROR_PAD MUL NEG
    PACK PAD PADV2 POW PRELU QUANTIZE REDUCE_MAX REDUCE_MIN REDUCE_PROD RELU RELU6 RELU_N1_TO_1 RESHAPE
    RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR RSQRT SHAPE SLICE SOFTMAX SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V
    SQRT SQUARE SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB SUM SVDF TANH TILE TRANSPOSE TRANSPOSE_CONV UNPACK`;
  expect(names.toSorted()).toEqual(expected.split(/\s+/).toSorted());
});

it('gives an operator the type of its options by its name', () => {
  const operator = survives('CONV_2D', { strideW: 2 });
  if (operator.name !== 'CONV_2D') throw new Error(operator.name);
  expectTypeOf(operator.options.strideW).toEqualTypeOf<number>();
  expectTypeOf(operator.options.padding).toEqualTypeOf<'SAME' | 'VALID'>();
  expectTypeOf<Extract<TfliteOperator, { name: 'RESHAPE' }>['options']['newShape']>().toEqualTypeOf<
    readonly number[]
  >();
  expectTypeOf<
    Extract<TfliteOperator, { name: 'ADD' }>['options']['potScaleInt16']
  >().toEqualTypeOf<boolean>();
  expect(operator.options.strideW).toBe(2);
});
