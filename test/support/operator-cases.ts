import type fc from 'fast-check';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import * as moved from '../arbitraries/movement-nodes.js';
import * as stack from '../arbitraries/stack-nodes.js';

/** Random nodes of an operator. */
export interface OperatorCases {
  readonly operator: string;
  readonly cases: fc.Arbitrary<IntCase>;
}

/** Operators of the array. */
export const arrayCases: readonly OperatorCases[] = [
  { operator: 'conv2d', cases: any.anyConv2d },
  { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
  { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
  { operator: 'fullyConnected', cases: any.anyFullyConnected },
  { operator: 'matMul', cases: any.anyMatMul },
];

/** Those that sum over input channels. */
export const foldedCases = arrayCases.filter(({ operator }) => operator !== 'depthwiseConv2d');

/** Operators of the vector unit that compute. */
export const arithmeticCases: readonly OperatorCases[] = [
  { operator: 'add', cases: any.anyAddOrSub('add') },
  { operator: 'sub', cases: any.anyAddOrSub('sub') },
  { operator: 'mul', cases: any.anyMul },
  { operator: 'requantize', cases: any.anyRequantize },
  { operator: 'lut', cases: any.anyLut },
  { operator: 'softmax', cases: any.anySoftmax },
  { operator: 'logSoftmax', cases: any.anyLogSoftmax },
  { operator: 'layerNormalization', cases: any.anyLayerNormalization },
  { operator: 'maxPool', cases: any.anyMaxPool },
  { operator: 'averagePool', cases: any.anyAveragePool },
  { operator: 'mean', cases: any.anyMean },
  { operator: 'resize', cases: any.anyResize },
  { operator: 'stackBinary', cases: stack.anyStackBinary },
  { operator: 'stackSoftmax', cases: stack.anyStackSoftmax },
  { operator: 'stackAveragePool', cases: stack.anyStackAveragePool },
  { operator: 'stackMean', cases: stack.anyStackMean },
  { operator: 'stackResize', cases: stack.anyStackResize },
];

/** Those that move, and that compare. */
const movementCases: readonly OperatorCases[] = [
  { operator: 'argMax', cases: moved.anyArgMaxNode },
  { operator: 'transpose', cases: moved.anyTransposeNode },
  { operator: 'slice', cases: moved.anySliceNode },
  { operator: 'pad', cases: moved.anyPadNode },
  { operator: 'gather', cases: moved.anyGatherNode },
  { operator: 'concat', cases: moved.anyConcatNode },
];

export const vectorCases: readonly OperatorCases[] = [...arithmeticCases, ...movementCases];

/** All of them. */
export const layerCases: readonly OperatorCases[] = [...arrayCases, ...vectorCases];
