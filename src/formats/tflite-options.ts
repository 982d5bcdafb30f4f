import { tfliteTypes } from './tflite-types.js';

/**
 * Where the schema keeps the options of operators (tensorflow/tflite-micro@1ed28607,
 * tensorflow/compiler/mlir/lite/schema/schema.fbs): one statement that the reader and the types follow.
 * Fields have the schema's names in camel case. One that a file leaves out has the value given here.
 */

/** A field by its number in the table, what it holds, and its value where it is left out. */
export type OptionField =
  | { readonly kind: 'int'; readonly id: number; readonly fallback: number }
  | { readonly kind: 'float'; readonly id: number; readonly fallback: number }
  | { readonly kind: 'flag'; readonly id: number; readonly fallback: boolean }
  /** A list of int32, empty where it is left out. */
  | { readonly kind: 'ints'; readonly id: number }
  /** A byte that stands for a name. */
  | { readonly kind: 'choice'; readonly id: number; readonly names: readonly string[] };

/** A member of the union `BuiltinOptions`: its number in the union, 0 where operators have no options at all. */
export interface OptionTable {
  readonly unionType: number;
  readonly fields: Readonly<Record<string, OptionField>>;
}

const int = (id: number, fallback = 0) => ({ kind: 'int', id, fallback }) as const;
const float = (id: number) => ({ kind: 'float', id, fallback: 0 }) as const;
const flag = (id: number, fallback = false) => ({ kind: 'flag', id, fallback }) as const;
const ints = (id: number) => ({ kind: 'ints', id }) as const;
const choice = <const Names extends readonly string[]>(id: number, names: Names) =>
  ({ kind: 'choice', id, names }) as const;

const paddings = ['SAME', 'VALID'] as const;
const activations = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;
export type TflitePadding = (typeof paddings)[number];
export type TfliteActivation = (typeof activations)[number];

const padding = (id: number) => choice(id, paddings);
const activation = (id: number) => choice(id, activations);
const type = (id: number) => choice(id, tfliteTypes);

const table = <const Fields extends OptionTable['fields']>(unionType: number, fields: Fields) => ({
  unionType,
  fields,
});
const noOptions = table(0, {});

const pool2d = table(5, {
  padding: padding(0),
  strideW: int(1),
  strideH: int(2),
  filterWidth: int(3),
  filterHeight: int(4),
  fusedActivationFunction: activation(5),
});
const reducer = table(27, { keepDims: flag(0) });
const maximumMinimum = table(39, {});

/** Options by operator. Operators that are not here are read without theirs. */
export const optionTables = {
  CONV_2D: table(1, {
    padding: padding(0),
    strideW: int(1),
    strideH: int(2),
    fusedActivationFunction: activation(3),
    dilationWFactor: int(4, 1),
    dilationHFactor: int(5, 1),
    quantizedBiasType: type(6),
  }),
  DEPTHWISE_CONV_2D: table(2, {
    padding: padding(0),
    strideW: int(1),
    strideH: int(2),
    depthMultiplier: int(3),
    fusedActivationFunction: activation(4),
    dilationWFactor: int(5, 1),
    dilationHFactor: int(6, 1),
  }),
  AVERAGE_POOL_2D: pool2d,
  MAX_POOL_2D: pool2d,
  L2_POOL_2D: pool2d,
  SVDF: table(6, { rank: int(0), fusedActivationFunction: activation(1), asymmetricQuantizeInputs: flag(2) }),
  FULLY_CONNECTED: table(8, {
    fusedActivationFunction: activation(0),
    weightsFormat: choice(1, ['DEFAULT', 'SHUFFLED4x16INT8']),
    keepNumDims: flag(2),
    asymmetricQuantizeInputs: flag(3),
    quantizedBiasType: type(4),
  }),
  SOFTMAX: table(9, { beta: float(0) }),
  CONCATENATION: table(10, { axis: int(0), fusedActivationFunction: activation(1) }),
  ADD: table(11, { fusedActivationFunction: activation(0), potScaleInt16: flag(1, true) }),
  L2_NORMALIZATION: table(12, { fusedActivationFunction: activation(0) }),
  // Fields 0 and 1, the size, are deprecated: it is an input.
  RESIZE_BILINEAR: table(15, { alignCorners: flag(2), halfPixelCenters: flag(3) }),
  RESHAPE: table(17, { newShape: ints(0) }),
  SPACE_TO_DEPTH: table(19, { blockSize: int(0) }),
  MUL: table(21, { fusedActivationFunction: activation(0) }),
  PAD: table(22, {}),
  GATHER: table(23, { axis: int(0), batchDims: int(1) }),
  BATCH_TO_SPACE_ND: table(24, {}),
  SPACE_TO_BATCH_ND: table(25, {}),
  TRANSPOSE: table(26, {}),
  MEAN: reducer,
  SUM: reducer,
  REDUCE_MAX: reducer,
  REDUCE_MIN: reducer,
  REDUCE_PROD: reducer,
  SUB: table(28, { fusedActivationFunction: activation(0), potScaleInt16: flag(1, true) }),
  DIV: table(29, { fusedActivationFunction: activation(0) }),
  SQUEEZE: table(30, { squeezeDims: ints(0) }),
  STRIDED_SLICE: table(32, {
    beginMask: int(0),
    endMask: int(1),
    ellipsisMask: int(2),
    newAxisMask: int(3),
    shrinkAxisMask: int(4),
    offset: flag(5),
  }),
  EXP: table(33, {}),
  SPLIT: table(35, { numSplits: int(0) }),
  LOG_SOFTMAX: table(36, {}),
  CAST: table(37, { inDataType: type(0), outDataType: type(1) }),
  DEQUANTIZE: table(38, {}),
  MAXIMUM: maximumMinimum,
  MINIMUM: maximumMinimum,
  ARG_MAX: table(40, { outputType: type(0) }),
  NEG: table(42, {}),
  PADV2: table(43, {}),
  SLICE: table(48, {}),
  TRANSPOSE_CONV: table(49, {
    padding: padding(0),
    strideW: int(1),
    strideH: int(2),
    fusedActivationFunction: activation(3),
    quantizedBiasType: type(4),
  }),
  TILE: table(51, {}),
  EXPAND_DIMS: table(52, {}),
  SHAPE: table(55, { outType: type(0) }),
  POW: table(56, {}),
  ARG_MIN: table(57, { outputType: type(0) }),
  PACK: table(59, { valuesCount: int(0), axis: int(1) }),
  UNPACK: table(64, { num: int(0), axis: int(1) }),
  SQUARE: table(66, {}),
  RESIZE_NEAREST_NEIGHBOR: table(74, { alignCorners: flag(0), halfPixelCenters: flag(1) }),
  LEAKY_RELU: table(75, { alpha: float(0) }),
  SQUARED_DIFFERENCE: table(76, {}),
  MIRROR_PAD: table(77, { mode: choice(0, ['REFLECT', 'SYMMETRIC']) }),
  ABS: table(78, {}),
  SPLIT_V: table(79, { numSplits: int(0) }),
  QUANTIZE: table(89, {}),
  HARD_SWISH: table(91, {}),
  DEPTH_TO_SPACE: table(94, { blockSize: int(0) }),
  BATCH_MATMUL: table(101, { adjX: flag(0), adjY: flag(1), asymmetricQuantizeInputs: flag(2) }),
  LOGISTIC: noOptions,
  TANH: noOptions,
  PRELU: noOptions,
  RELU: noOptions,
  RELU6: noOptions,
  RELU_N1_TO_1: noOptions,
  ELU: noOptions,
  RSQRT: noOptions,
  SQRT: noOptions,
} as const satisfies Readonly<Record<string, OptionTable>>;
export type OptionTables = typeof optionTables;

type ValueOf<Field extends OptionField> = Field extends { readonly kind: 'choice' }
  ? Field['names'][number]
  : Field extends { readonly kind: 'ints' }
    ? readonly number[]
    : Field extends { readonly kind: 'flag' }
      ? boolean
      : number;

/** What the reader gives for an operator's options. */
export type OptionsOf<Name extends keyof OptionTables> = {
  readonly [Key in keyof OptionTables[Name]['fields']]: OptionTables[Name]['fields'][Key] extends OptionField
    ? ValueOf<OptionTables[Name]['fields'][Key]>
    : never;
};
