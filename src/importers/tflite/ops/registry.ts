import { UserError } from '../../../core/errors.js';
import type { TfliteOperator } from '../../../formats/tflite.js';
import type { OperatorImport } from '../operator-import.js';
import { batchMatMul, conv2d, depthwiseConv2d, fullyConnected, transposeConv } from './convolution.js';
import { binary, dequantize, leakyRelu, logSoftmax, prelu, quantize, softmax, unary } from './elementwise.js';
import {
  concatenation,
  gather,
  mirrorPad,
  pack,
  pad,
  padV2,
  reshape,
  slice,
  split,
  splitV,
  stridedSlice,
  transpose,
  unpack,
} from './movement.js';
import type { ImportOperator } from './operator.js';
import { argMax, averagePool, maxPool, mean } from './pooling.js';
import { batchToSpace, depthToSpace, spaceToBatch, spaceToDepth } from './rearrangement.js';
import { resizeBilinear, resizeNearest } from './resize.js';

type Importers = { readonly [Name in TfliteOperator['name']]?: ImportOperator<Name> };

/** One entry an operator; what is not here is refused by name. */
const importers: Importers = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  TRANSPOSE_CONV: transposeConv,
  FULLY_CONNECTED: fullyConnected,
  BATCH_MATMUL: batchMatMul,
  ADD: binary('add'),
  SUB: binary('sub'),
  MUL: binary('mul'),
  DIV: binary('div'),
  MAX_POOL_2D: maxPool,
  AVERAGE_POOL_2D: averagePool,
  MEAN: mean,
  ARG_MAX: argMax,
  SOFTMAX: softmax,
  LOG_SOFTMAX: logSoftmax,
  LOGISTIC: unary({ kind: 'sigmoid' }),
  TANH: unary({ kind: 'tanh' }),
  HARD_SWISH: unary({ kind: 'hardSwish' }),
  ELU: unary({ kind: 'elu' }),
  ABS: unary({ kind: 'abs' }),
  EXP: unary({ kind: 'exp' }),
  SQRT: unary({ kind: 'sqrt' }),
  RSQRT: unary({ kind: 'power', exponent: -0.5 }),
  SQUARE: unary({ kind: 'power', exponent: 2 }),
  NEG: unary({ kind: 'affine', scale: -1, offset: 0 }),
  RELU: unary({ kind: 'clip', min: 0, max: Infinity }),
  RELU6: unary({ kind: 'clip', min: 0, max: 6 }),
  RELU_N1_TO_1: unary({ kind: 'clip', min: -1, max: 1 }),
  LEAKY_RELU: leakyRelu,
  PRELU: prelu,
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
  RESHAPE: reshape,
  SQUEEZE: reshape,
  EXPAND_DIMS: reshape,
  TRANSPOSE: transpose,
  PAD: pad,
  PADV2: padV2,
  MIRROR_PAD: mirrorPad,
  CONCATENATION: concatenation,
  PACK: pack,
  UNPACK: unpack,
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  SPLIT: split,
  SPLIT_V: splitV,
  GATHER: gather,
  SPACE_TO_DEPTH: spaceToDepth,
  DEPTH_TO_SPACE: depthToSpace,
  SPACE_TO_BATCH_ND: spaceToBatch,
  BATCH_TO_SPACE_ND: batchToSpace,
  RESIZE_BILINEAR: resizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: resizeNearest,
};

const STATEFUL: readonly string[] = [
  'SVDF',
  'LSTM',
  'RNN',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
  'UNIDIRECTIONAL_SEQUENCE_RNN',
  'BIDIRECTIONAL_SEQUENCE_LSTM',
  'BIDIRECTIONAL_SEQUENCE_RNN',
];

/** What imports an operator. @throws UserError naming it where it is not known. */
export function operatorImporter(source: TfliteOperator, place: string): (node: OperatorImport) => void {
  const importer = importers[source.name];
  if (importer !== undefined) return importer as unknown as (node: OperatorImport) => void;
  const custom = source.customCode === null ? '' : ` '${source.customCode}'`;
  const why = STATEFUL.includes(source.name) ? ', which keeps state from one run to the next' : '';
  throw new UserError({
    place,
    found: `the operator ${source.name}${custom}${why}`,
    expected: `one of ${Object.keys(importers).toSorted().join(', ')}`,
  });
}
