import { UserError } from '../../../core/errors.js';
import { operatorName, placeOf, type SourceNode } from '../node-order.js';
import { clip, foldableUnary, gelu, hardSigmoid, leakyRelu, prelu, relu, unary } from './activations.js';
import { binary, sum } from './arithmetic.js';
import { concat, split } from './concat-split.js';
import { constant, constantOfShape, expand, range, shape, size, where } from './constants.js';
import { conv } from './conv.js';
import { convTranspose } from './conv-transpose.js';
import { depthToSpace, spaceToDepth } from './depth-space.js';
import { dynamicQuantizeLinear } from './dynamic-quantize.js';
import { gather } from './gather.js';
import { convInteger, matMulInteger } from './integer-products.js';
import { gemm, matMul } from './matrix.js';
import { batchNormalization, layerNormalization, softmax } from './normalization.js';
import type { ImportOperator } from './operator.js';
import {
  qGemm,
  qLinearAveragePool,
  qLinearBinary,
  qLinearConcat,
  qLinearConv,
  qLinearGlobalAveragePool,
  qLinearLeakyRelu,
  qLinearMatMul,
  qLinearSigmoid,
  qLinearSoftmax,
} from './qlinear.js';
import { dequantizeLinear, quantizeLinear } from './quantize.js';
import { pad } from './pad.js';
import { cast, dropout, identity } from './pass-through.js';
import { averagePool, globalMaxPool, maxPool } from './pool.js';
import { globalAveragePool, reduceMean } from './reduce.js';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './reshape.js';
import { resize, upsample } from './resize.js';
import { slice } from './slice.js';

/** Operators on values of run time (and on constants). */
const runTimeOperators: Readonly<Record<string, ImportOperator>> = {
  Abs: foldableUnary('Abs', { kind: 'leakyRelu', slope: -1 }),
  Add: binary('Add'),
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Constant: constant,
  Conv: conv,
  ConvInteger: convInteger,
  ConvTranspose: convTranspose,
  DepthToSpace: depthToSpace,
  DequantizeLinear: dequantizeLinear,
  Div: binary('Div'),
  Dropout: dropout,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  Erf: unary(() => ({ kind: 'erf' })),
  Exp: foldableUnary('Exp', { kind: 'exp' }),
  Flatten: flatten,
  Gather: gather,
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  HardSigmoid: hardSigmoid,
  HardSwish: unary(() => ({ kind: 'hardSwish' })),
  Identity: identity,
  LayerNormalization: layerNormalization,
  LeakyRelu: leakyRelu,
  LogSoftmax: softmax('logSoftmax'),
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  MaxPool: maxPool,
  Mul: binary('Mul'),
  Neg: foldableUnary('Neg', { kind: 'affine', scale: -1, offset: 0 }),
  PRelu: prelu,
  Pad: pad,
  Pow: binary('Pow'),
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  Reciprocal: foldableUnary('Reciprocal', { kind: 'reciprocal' }),
  ReduceMean: reduceMean,
  Relu: relu,
  Reshape: reshape,
  Resize: resize,
  Shape: shape,
  Sigmoid: unary(() => ({ kind: 'sigmoid' })),
  Size: size,
  Slice: slice,
  Softmax: softmax('softmax'),
  SpaceToDepth: spaceToDepth,
  Split: split,
  Sqrt: foldableUnary('Sqrt', { kind: 'sqrt' }),
  Squeeze: squeeze,
  Sub: binary('Sub'),
  Sum: sum,
  Tanh: unary(() => ({ kind: 'tanh' })),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: upsample,
  'com.microsoft.DequantizeLinear': dequantizeLinear,
  'com.microsoft.Gelu': gelu,
  'com.microsoft.QGemm': qGemm,
  'com.microsoft.QLinearAdd': qLinearBinary('Add'),
  'com.microsoft.QLinearAveragePool': qLinearAveragePool,
  'com.microsoft.QLinearConcat': qLinearConcat,
  'com.microsoft.QLinearGlobalAveragePool': qLinearGlobalAveragePool,
  'com.microsoft.QLinearLeakyRelu': qLinearLeakyRelu,
  'com.microsoft.QLinearMul': qLinearBinary('Mul'),
  'com.microsoft.QLinearSigmoid': qLinearSigmoid,
  'com.microsoft.QLinearSoftmax': qLinearSoftmax,
  'com.microsoft.QuantizeLinear': quantizeLinear,
};

/** Operators on constants only: shape arithmetic. */
const constantOperators: Readonly<Record<string, ImportOperator>> = {
  Ceil: foldableUnary('Ceil', null),
  ConstantOfShape: constantOfShape,
  Equal: binary('Equal'),
  Expand: expand,
  Floor: foldableUnary('Floor', null),
  Greater: binary('Greater'),
  GreaterOrEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessOrEqual: binary('LessOrEqual'),
  Max: binary('Max'),
  Min: binary('Min'),
  Mod: binary('Mod'),
  Not: foldableUnary('Not', null),
  Range: range,
  Where: where,
};

const operators: ReadonlyMap<string, ImportOperator> = new Map(
  Object.entries({ ...runTimeOperators, ...constantOperators }),
);

/** The operators of ONNX that are understood at run time, and those understood on constants only. */
export const supportedOperators = {
  runTime: Object.keys(runTimeOperators),
  constant: Object.keys(constantOperators),
} as const;

export function isSupported(source: SourceNode): boolean {
  return operators.has(operatorName(source.node));
}

/** What imports a node; refuses an operator that nothing imports. */
export function operatorOf(source: SourceNode): ImportOperator {
  const operator = operators.get(operatorName(source.node));
  if (operator !== undefined) return operator;
  const { runTime, constant: folded } = supportedOperators;
  throw new UserError({
    place: placeOf(source),
    found: `operator ${operatorName(source.node)}`,
    expected: `one of ${runTime.join(', ')}; and on constants ${folded.join(', ')}`,
  });
}
