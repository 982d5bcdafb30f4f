import type { Builder } from 'flatbuffers';
import { tfliteTypes } from '../../src/formats/tflite-types.js';
import { intsOf, type Field } from './flatbuffer-tables.js';

/**
 * The schema's option tables, stated apart from the source so that the two can disagree:
 * tensorflow/tflite-micro@1ed28607, tensorflow/compiler/mlir/lite/schema/schema.fbs.
 */

/** The members of the union `BuiltinOptions` in their order; the first is number 1. */
const union =
  `Conv2D DepthwiseConv2D ConcatEmbeddings LSHProjection Pool2D SVDF RNN FullyConnected Softmax Concatenation
Add L2Norm LocalResponseNormalization LSTM ResizeBilinear Call Reshape SkipGram SpaceToDepth EmbeddingLookupSparse
Mul Pad Gather BatchToSpaceND SpaceToBatchND Transpose Reducer Sub Div Squeeze
SequenceRNN StridedSlice Exp TopKV2 Split LogSoftmax Cast Dequantize MaximumMinimum ArgMax
Less Neg PadV2 Greater GreaterEqual LessEqual Select Slice TransposeConv SparseToDense
Tile ExpandDims Equal NotEqual Shape Pow ArgMin FakeQuant Pack LogicalOr
OneHot LogicalAnd LogicalNot Unpack FloorDiv Square ZerosLike Fill BidirectionalSequenceLSTM BidirectionalSequenceRNN
UnidirectionalSequenceLSTM FloorMod Range ResizeNearestNeighbor LeakyRelu SquaredDifference MirrorPad Abs SplitV Unique
ReverseV2 AddN GatherNd Cos Where Rank ReverseSequence MatrixDiag Quantize MatrixSetDiag
HardSwish If While DepthToSpace NonMaxSuppressionV4 NonMaxSuppressionV5 ScatterNd SelectV2 Densify SegmentSum
BatchMatMul Cumsum CallOnce BroadcastTo Rfft2d Conv3D`.split(/\s+/);

const enums: Readonly<Record<string, readonly string[]>> = {
  Padding: ['SAME', 'VALID'],
  Activation: ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'],
  WeightsFormat: ['DEFAULT', 'SHUFFLED4x16INT8'],
  MirrorPadMode: ['REFLECT', 'SYMMETRIC'],
  TensorType: tfliteTypes,
};

/** The fields of each table in their order, as `name:type` or `name:type=default`. */
const fieldsByMember: Readonly<Record<string, string>> = {
  Conv2D:
    'padding:Padding strideW:int strideH:int fusedActivationFunction:Activation ' +
    'dilationWFactor:int=1 dilationHFactor:int=1 quantizedBiasType:TensorType',
  DepthwiseConv2D:
    'padding:Padding strideW:int strideH:int depthMultiplier:int fusedActivationFunction:Activation ' +
    'dilationWFactor:int=1 dilationHFactor:int=1',
  Pool2D:
    'padding:Padding strideW:int strideH:int filterWidth:int filterHeight:int fusedActivationFunction:Activation',
  SVDF: 'rank:int fusedActivationFunction:Activation asymmetricQuantizeInputs:bool',
  FullyConnected:
    'fusedActivationFunction:Activation weightsFormat:WeightsFormat keepNumDims:bool ' +
    'asymmetricQuantizeInputs:bool quantizedBiasType:TensorType',
  Softmax: 'beta:float',
  Concatenation: 'axis:int fusedActivationFunction:Activation',
  Add: 'fusedActivationFunction:Activation potScaleInt16:bool=1',
  Sub: 'fusedActivationFunction:Activation potScaleInt16:bool=1',
  Mul: 'fusedActivationFunction:Activation',
  Div: 'fusedActivationFunction:Activation',
  L2Norm: 'fusedActivationFunction:Activation',
  ResizeBilinear: '- - alignCorners:bool halfPixelCenters:bool',
  ResizeNearestNeighbor: 'alignCorners:bool halfPixelCenters:bool',
  Reshape: 'newShape:ints',
  Squeeze: 'squeezeDims:ints',
  SpaceToDepth: 'blockSize:int',
  DepthToSpace: 'blockSize:int',
  Gather: 'axis:int batchDims:int',
  Reducer: 'keepDims:bool',
  Split: 'numSplits:int',
  SplitV: 'numSplits:int',
  StridedSlice: 'beginMask:int endMask:int ellipsisMask:int newAxisMask:int shrinkAxisMask:int offset:bool',
  Cast: 'inDataType:TensorType outDataType:TensorType',
  ArgMax: 'outputType:TensorType',
  ArgMin: 'outputType:TensorType',
  TransposeConv:
    'padding:Padding strideW:int strideH:int fusedActivationFunction:Activation quantizedBiasType:TensorType',
  Shape: 'outType:TensorType',
  Pack: 'valuesCount:int axis:int',
  Unpack: 'num:int axis:int',
  LeakyRelu: 'alpha:float',
  MirrorPad: 'mode:MirrorPadMode',
  BatchMatMul: 'adjX:bool adjY:bool asymmetricQuantizeInputs:bool',
};

/** Which member an operator has, where it is not the operator's own name in camel case. */
const sharedMembers: Readonly<Record<string, string>> = {
  AVERAGE_POOL_2D: 'Pool2D',
  MAX_POOL_2D: 'Pool2D',
  L2_POOL_2D: 'Pool2D',
  MEAN: 'Reducer',
  SUM: 'Reducer',
  REDUCE_MAX: 'Reducer',
  REDUCE_MIN: 'Reducer',
  REDUCE_PROD: 'Reducer',
  MAXIMUM: 'MaximumMinimum',
  MINIMUM: 'MaximumMinimum',
  L2_NORMALIZATION: 'L2Norm',
  BATCH_MATMUL: 'BatchMatMul',
};

export interface FieldLayout {
  readonly name: string;
  readonly id: number;
  readonly type: 'int' | 'bool' | 'float' | 'ints' | 'enum';
  /** What the codes of an enum stand for; empty for other types. */
  readonly names: readonly string[];
  readonly fallback: number;
}

export interface OptionsLayout {
  /** Number in the union; 0 where the operator has no options. */
  readonly unionType: number;
  readonly fields: readonly FieldLayout[];
}

/** Where the schema keeps the options of an operator. */
export function optionsLayout(operator: string): OptionsLayout {
  const plain = operator.replaceAll('_', '').toLowerCase();
  const member = sharedMembers[operator] ?? union.find((name) => name.toLowerCase() === plain);
  if (member === undefined) return { unionType: 0, fields: [] };
  const fields = (fieldsByMember[member] ?? '').split(' ').flatMap((text, id): FieldLayout[] => {
    const [, name, type, fallback = '0'] = /^(\w+):(\w+)=?(\d+)?$/.exec(text) ?? [];
    if (name === undefined || type === undefined) return [];
    const names = enums[type] ?? [];
    return [
      { name, id, type: names.length > 0 ? 'enum' : (type as 'int'), names, fallback: Number(fallback) },
    ];
  });
  return { unionType: union.indexOf(member) + 1, fields };
}

/** A field with the value that our plain options have for it. */
export function optionField(builder: Builder, { id, type, names }: FieldLayout, value: unknown): Field {
  if (type === 'int') return { id, int32: value as number };
  if (type === 'float') return { id, float32: value as number };
  if (type === 'bool') return { id, int8: value === true ? 1 : 0 };
  if (type === 'ints') return { id, at: intsOf(builder, value as readonly number[]) };
  return { id, int8: names.indexOf(value as string) };
}
