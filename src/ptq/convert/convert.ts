import { assertNever, InvariantError, UserError } from '../../core/errors.js';
import type { FloatNode } from '../../ir/operators.js';
import { convertLinear, convertMatMul } from './array-operators.js';
import type { ConversionContext } from './context.js';
import { convertBinary, convertPRelu, convertUnary } from './elementwise.js';
import { convertAveragePool, convertMovement, convertResize } from './movement.js';
import { convertLayerNormalization, convertLogSoftmax, convertMean, convertSoftmax } from './reductions.js';

/** Appends the integer form of one float node to the context's builder. */
export function convertNode(context: ConversionContext, node: FloatNode): void {
  switch (node.op) {
    case 'conv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
      return convertLinear(context, node);
    case 'matMul':
      return convertMatMul(context, node);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow':
      return convertBinary(context, node);
    case 'unary':
      return convertUnary(context, node);
    case 'prelu':
      return convertPRelu(context, node);
    case 'mean':
      return convertMean(context, node);
    case 'softmax':
      return convertSoftmax(context, node);
    case 'logSoftmax':
      return convertLogSoftmax(context, node);
    case 'layerNormalization':
      return convertLayerNormalization(context, node);
    case 'averagePool':
      return convertAveragePool(context, node);
    case 'resize':
      return convertResize(context, node);
    case 'maxPool':
    case 'reshape':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'pad':
    case 'gather':
      return convertMovement(context, node);
    case 'batchNormalization':
      throw new InvariantError('batch normalizations are lowered before conversion', { node: node.name });
    case 'argMax':
    case 'quantizeLinear':
    case 'dequantizeLinear':
    case 'dynamicQuantize':
      throw new UserError({
        place: `node '${node.name}' (${node.op})`,
        found: 'an operator that quantization does not handle',
        expected: 'a float model up to its last scores',
      });
    default:
      return assertNever(node);
  }
}
