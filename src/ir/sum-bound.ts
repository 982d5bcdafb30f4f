import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import { assert } from '../core/errors.js';
import { elementCount } from '../tensor/shape.js';
import type { IntGraph, ValueId } from './graph.js';
import type { IntNode } from './operators.js';

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
      return linearBound(node, graph);
    case 'matMul': {
      const [a, b] = node.inputZeroPoints;
      const depth = graph.values.get(x!)!.shape.at(-1)!;
      return depth * largest(formatOf(x!, graph), a) * largest(formatOf(second!, graph), b);
    }
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
      return largest(formatOf(x!, graph), node.inputZeroPoint);
    default:
      return null;
  }
}

type LinearNode = Extract<IntNode, { readonly weightZeroPoint: number }>;

function linearBound(node: LinearNode, graph: IntGraph): number {
  const [x, weight, bias] = node.inputs;
  const input = largest(formatOf(x!, graph), 0);
  const outputs = graph.values.get(weight!)!.shape[0]!;
  let bound = 0;
  for (let output = 0; output < outputs; output += 1) {
    const products = weightSum(weight!, graph, output, node.weightZeroPoint) * input;
    bound = Math.max(bound, products + biasMagnitude(bias, graph, output));
  }
  return bound;
}

/** Σ |weight − zeroPoint| of one output channel. */
function weightSum(id: ValueId, graph: IntGraph, output: number, zeroPoint: number): number {
  const { shape } = graph.values.get(id)!;
  const depth = elementCount(shape.slice(1));
  const constant = graph.constants.get(id);
  if (constant === undefined) return depth * largest(formatOf(id, graph), zeroPoint);
  let sum = 0;
  for (let i = output * depth; i < (output + 1) * depth; i += 1) {
    sum += Math.abs(constant.data[i]! - zeroPoint);
  }
  return sum;
}

function biasMagnitude(id: ValueId | undefined, graph: IntGraph, output: number): number {
  if (id === undefined) return 0;
  const constant = graph.constants.get(id);
  return constant === undefined ? largest(formatOf(id, graph), 0) : Math.abs(constant.data[output]!);
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
