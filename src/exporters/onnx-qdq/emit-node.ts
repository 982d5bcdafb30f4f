import { assertNever } from '../../core/errors.js';
import type { IntNode } from '../../ir/operators.js';
import type { OnnxAssembly } from './assembly.js';
import { emitBinary, emitLut, emitRequantize } from './ops/elementwise.js';
import { emitConv2d, emitConvTranspose2d } from './ops/convolution.js';
import { emitFloat } from './ops/float.js';
import { emitFullyConnected, emitMatMul } from './ops/matrix.js';
import { emitMovement } from './ops/movement.js';
import { emitPool } from './ops/pooling.js';
import { emitLayerNormalization, emitLogSoftmax, emitMean, emitSoftmax } from './ops/reductions.js';
import { emitResize } from './ops/resize.js';
import {
  emitArgMax,
  emitStackAveragePool,
  emitStackBinary,
  emitStackMean,
  emitStackSoftmax,
} from './ops/stack.js';
import type { QdqValues } from './values.js';

/** Appends one node: of codes its operands dequantized, the float operator, its result quantized; of real numbers the operator. */
export function emitNode(values: QdqValues, assembly: OnnxAssembly, node: IntNode): void {
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
      return emitConv2d(values, assembly, node);
    case 'convTranspose2d':
      return emitConvTranspose2d(values, assembly, node);
    case 'fullyConnected':
      return emitFullyConnected(values, assembly, node);
    case 'matMul':
      return emitMatMul(values, assembly, node);
    case 'add':
    case 'sub':
    case 'mul':
      return emitBinary(values, assembly, node);
    case 'requantize':
      return emitRequantize(values, assembly, node);
    case 'lut':
      return emitLut(values, assembly, node);
    case 'softmax':
      return emitSoftmax(values, assembly, node);
    case 'logSoftmax':
      return emitLogSoftmax(values, assembly, node);
    case 'layerNormalization':
      return emitLayerNormalization(values, assembly, node);
    case 'mean':
      return emitMean(values, assembly, node);
    case 'maxPool':
    case 'averagePool':
      return emitPool(values, assembly, node);
    case 'resize':
    case 'stackResize':
      return emitResize(values, assembly, node);
    case 'reshape':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'pad':
    case 'gather':
      return emitMovement(values, assembly, node);
    case 'argMax':
      return emitArgMax(values, assembly, node);
    case 'stackBinary':
      return emitStackBinary(values, assembly, node);
    case 'stackSoftmax':
      return emitStackSoftmax(values, assembly, node);
    case 'stackAveragePool':
      return emitStackAveragePool(values, assembly, node);
    case 'stackMean':
      return emitStackMean(values, assembly, node);
    case 'float':
      return emitFloat(values, assembly, node);
    default:
      return assertNever(node);
  }
}
