import type { Shape } from '../tensor/shape.js';
import { argMaxProblems, argMaxShape, type ArgMax } from './ops/arg-max.js';
import {
  conv2dProblems,
  conv2dShape,
  type FloatConv2d,
  type IntConv2d,
  type IntDepthwiseConv2d,
} from './ops/conv2d.js';
import {
  convTranspose2dShape,
  type FloatConvTranspose2d,
  type IntConvTranspose2d,
} from './ops/conv-transpose2d.js';
import {
  binaryProblems,
  binaryShape,
  lutProblems,
  type FloatBinary,
  type FloatPRelu,
  type FloatUnary,
  type IntAdd,
  type IntLut,
  type IntMul,
  type IntRequantize,
} from './ops/elementwise.js';
import type { HostFloat } from './ops/host-float.js';
import {
  fullyConnectedProblems,
  fullyConnectedShape,
  matMulProblems,
  matMulShape,
  type FloatFullyConnected,
  type FloatMatMul,
  type IntFullyConnected,
  type IntMatMul,
} from './ops/matrix.js';
import {
  concatProblems,
  concatShape,
  gatherProblems,
  gatherShape,
  padProblems,
  padShape,
  reshapeProblems,
  sliceProblems,
  sliceShape,
  transposeProblems,
  transposeShape,
  type Concat,
  type Gather,
  type Pad,
  type Reshape,
  type Slice,
  type Transpose,
} from './ops/movement.js';
import {
  perChannelProblems,
  type FloatBatchNormalization,
  type FloatLayerNormalization,
  type FloatSoftmax,
  type IntLayerNormalization,
  type IntLogSoftmax,
  type IntSoftmax,
} from './ops/normalization.js';
import {
  meanProblems,
  meanShape,
  poolProblems,
  poolShape,
  type FloatAveragePool,
  type FloatMean,
  type IntAveragePool,
  type IntMean,
  type MaxPool,
} from './ops/pooling.js';
import type { DequantizeLinear, DynamicQuantize, QuantizeLinear } from './ops/quantization.js';
import { resizeProblems, resizeShape, type FloatResize, type IntResize } from './ops/resize.js';
import type { StackAveragePool, StackBinary, StackMean, StackResize, StackSoftmax } from './ops/stack.js';
import type { NodeBase } from './graph.js';

export type MovementNode = Reshape | Transpose | Concat | Slice | Pad | Gather;

export type FloatNode =
  | FloatConv2d
  | FloatConvTranspose2d
  | FloatFullyConnected
  | FloatMatMul
  | FloatBinary
  | FloatUnary
  | FloatPRelu
  | FloatBatchNormalization
  | FloatSoftmax
  | FloatLayerNormalization
  | MaxPool
  | FloatAveragePool
  | FloatMean
  | FloatResize
  | ArgMax
  | QuantizeLinear
  | DequantizeLinear
  | DynamicQuantize
  | MovementNode;

/** A float node without its names: what it computes. */
export type FloatOperator = FloatNode extends infer N
  ? N extends FloatNode
    ? Omit<N, keyof NodeBase>
    : never
  : never;

export type IntNode =
  | IntConv2d
  | IntDepthwiseConv2d
  | IntConvTranspose2d
  | IntFullyConnected
  | IntMatMul
  | IntAdd
  | IntMul
  | IntRequantize
  | IntLut
  | IntSoftmax
  | IntLogSoftmax
  | IntLayerNormalization
  | MaxPool
  | IntAveragePool
  | IntMean
  | IntResize
  | ArgMax
  | StackBinary
  | StackSoftmax
  | StackAveragePool
  | StackMean
  | StackResize
  | HostFloat
  | MovementNode;

export type Node = FloatNode | IntNode;
export type OpName = Node['op'];

/** What the graph needs to know of an operator: how many operands, when they fit together, the shape that results. */
export interface OperatorRules<N> {
  /** Fewest and most operands. */
  readonly arity: readonly [number, number];
  /** Sentences about operands that do not fit; empty when `shape` may be asked. */
  readonly problems: (node: N, inputs: readonly Shape[]) => readonly string[];
  readonly shape: (node: N, inputs: readonly Shape[]) => Shape;
}

const none = (): readonly string[] => [];
const same = (_: unknown, [x]: readonly Shape[]): Shape => x!;
const binary = {
  arity: [2, 2],
  problems: (_: unknown, inputs: readonly Shape[]): readonly string[] => binaryProblems(inputs),
  shape: (_: unknown, inputs: readonly Shape[]): Shape => binaryShape(inputs),
} as const;
const unary = { arity: [1, 1], problems: none, shape: same } as const;
const conv = { arity: [2, 3], problems: conv2dProblems, shape: conv2dShape } as const;
const perChannel = (least: number, most: number) =>
  ({
    arity: [least, most],
    problems: (_: unknown, inputs: readonly Shape[]): readonly string[] => perChannelProblems(inputs),
    shape: same,
  }) as const;

/** One entry an operator; the float and the integer dialect share shape rules. */
export const operatorRules: { readonly [Op in OpName]: OperatorRules<Extract<Node, { op: Op }>> } = {
  conv2d: conv,
  depthwiseConv2d: {
    ...conv,
    problems: (node, inputs) => [
      ...conv2dProblems(node, inputs),
      ...(node.groups === inputs[0]![3] ? [] : [`${node.groups} groups, expected one per input channel`]),
    ],
  },
  convTranspose2d: {
    arity: [2, 3],
    problems: (node, inputs) => conv2dProblems(node, inputs),
    shape: convTranspose2dShape,
  },
  fullyConnected: {
    arity: [2, 3],
    problems: (_, inputs) => fullyConnectedProblems(inputs),
    shape: (_, inputs) => fullyConnectedShape(inputs),
  },
  matMul: {
    arity: [2, 2],
    problems: (_, inputs) => matMulProblems(inputs),
    shape: (_, inputs) => matMulShape(inputs),
  },
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  pow: binary,
  prelu: binary,
  unary,
  requantize: unary,
  softmax: unary,
  logSoftmax: { ...unary, arity: [1, 3] },
  lut: { arity: [2, 2], problems: (_, inputs) => lutProblems(inputs), shape: same },
  batchNormalization: perChannel(5, 5),
  layerNormalization: perChannel(2, 3),
  maxPool: { arity: [1, 1], problems: poolProblems, shape: poolShape },
  averagePool: { arity: [1, 1], problems: poolProblems, shape: poolShape },
  mean: { arity: [1, 1], problems: meanProblems, shape: meanShape },
  resize: { arity: [1, 1], problems: resizeProblems, shape: resizeShape },
  reshape: { arity: [1, 1], problems: reshapeProblems, shape: (node) => node.shape },
  transpose: { arity: [1, 1], problems: transposeProblems, shape: transposeShape },
  concat: { arity: [1, 4096], problems: concatProblems, shape: concatShape },
  slice: { arity: [1, 1], problems: sliceProblems, shape: sliceShape },
  pad: { arity: [1, 1], problems: padProblems, shape: padShape },
  gather: { arity: [1, 1], problems: gatherProblems, shape: gatherShape },
  argMax: { arity: [1, 1], problems: argMaxProblems, shape: argMaxShape },
  quantizeLinear: unary,
  dequantizeLinear: unary,
  dynamicQuantize: { ...unary, shape: ({ result }, [x]) => (result === 'codes' ? x! : []) },
  stackBinary: binary,
  stackSoftmax: unary,
  stackMean: { arity: [1, 1], problems: meanProblems, shape: meanShape },
  stackResize: { arity: [1, 1], problems: resizeProblems, shape: resizeShape },
  stackAveragePool: { arity: [1, 1], problems: poolProblems, shape: poolShape },
  float: {
    arity: [1, 4096],
    problems: (node, inputs) => {
      const [fewest, most] = rulesOf(hosted(node)).arity;
      return inputs.length < fewest || inputs.length > most
        ? [`${inputs.length} operands, expected ${fewest} to ${most}`]
        : rulesOf(hosted(node)).problems(hosted(node), inputs);
    },
    shape: (node, inputs) => rulesOf(hosted(node)).shape(hosted(node), inputs),
  },
};

/** The float node that runs on the host. */
export function hosted({ operator, name, inputs, output }: HostFloat): FloatNode {
  return { ...operator, name, inputs, output };
}

/** Looks an operator's rules up by node, with the types tied together. */
export function rulesOf(node: Node): OperatorRules<Node> {
  return operatorRules[node.op] as OperatorRules<Node>;
}
