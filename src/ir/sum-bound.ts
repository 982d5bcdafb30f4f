import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import { assert } from '../core/errors.js';
import type { IntGraph, ValueId } from './graph.js';
import type { IntNode } from './operators.js';
import { partialSums } from './partial-sums.js';

/**
 * No sum a node forms before it requantizes is larger in magnitude, whatever its activations and the order of addition:
 * `|bias| + Σ |weight| · max |x|` of the worst output channel (white paper 2.1 asks for accumulators that hold it), the
 * product of the largest differences of a product, the shifted difference of an addition. null where a node forms no such
 * sum.
 */
export function sumBound(node: IntNode, graph: IntGraph): number | null {
  const [x, second] = node.inputs;
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
    case 'matMul':
      return partialSums(node, graph).reduce((worst, { bound }) => Math.max(worst, bound), 0);
    case 'mul': {
      const [a, b] = node.inputZeroPoints;
      return largest(formatOf(x!, graph), a) * largest(formatOf(second!, graph), b);
    }
    case 'add':
    case 'sub': {
      const [a, b] = node.inputZeroPoints;
      const difference = Math.max(largest(formatOf(x!, graph), a), largest(formatOf(second!, graph), b));
      return difference * 2 ** node.leftShift;
    }
    case 'mean': {
      const { shape } = graph.values.get(x!)!;
      const count = node.axes.reduce((product, axis) => product * shape[axis]!, 1);
      return count * largest(formatOf(x!, graph), node.inputZeroPoint);
    }
    case 'requantize':
      // Without a zero point the code is the accumulator: nothing is added that could leave its format.
      return node.inputZeroPoint === 0 ? null : largest(formatOf(x!, graph), node.inputZeroPoint);
    default:
      return null;
  }
}

/** The largest |code − zeroPoint| of a format. */
function largest(format: IntFormat, zeroPoint: number): number {
  return Math.max(maxOf(format) - zeroPoint, zeroPoint - minOf(format));
}

function formatOf(id: ValueId, graph: IntGraph): IntFormat {
  const { type } = graph.values.get(id)!;
  assert(type.kind === 'int', 'after quantization there are no floats', { id });
  return type.format;
}
