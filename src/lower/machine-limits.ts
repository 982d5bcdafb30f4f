import { maxOf, minOf, formatName, type IntFormat } from '../arith/int-format.js';
import { assert, UserError } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { IntGraph, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { elementCount } from '../tensor/shape.js';
import { isArrayNode, type ArrayNode } from './workload/array-shape.js';

/**
 * Checks that the values of a node are those the machine would compute: its operands fit the multipliers, and its sums
 * the accumulators.
 *
 * Kernels compute int32 sums that quantization has promised to fit. Accumulators of at least 32 bits that wrap hold them
 * whatever the partial sums do. Narrower ones, and those that saturate or trap, make a difference as soon as a partial
 * sum can leave them, which is not simulated.
 *
 * @throws UserError
 */
export function checkMachineLimits(node: IntNode, graph: IntGraph, accelerator: Accelerator): void {
  if (!isArrayNode(node)) return;
  const { array, accumulators } = accelerator;
  const place = `layer '${node.name}' (${node.op})`;
  checkOperand(place, 'activations', formatOf(node.inputs[0]!, graph), array.activationBits);
  checkOperand(place, 'weights', formatOf(node.inputs[1]!, graph), array.weightBits);
  if (accumulators.bits >= 32 && accumulators.overflow === 'wrap') return;

  const bound = sumBound(node, graph);
  const bits = Math.ceil(Math.log2(bound + 1)) + 1;
  if (bits <= accumulators.bits) return;
  throw new UserError({
    place,
    found: `sums that may need ${bits} bits`,
    expected: `at most the ${accumulators.bits} bits of the accumulators`,
    suggestion: `sums that leave the accumulators (overflow: ${accumulators.overflow}) are not simulated yet; set accumulators.bits to ${bits}`,
  });
}

function checkOperand(
  place: string,
  operand: 'activations' | 'weights',
  format: IntFormat,
  bits: number,
): void {
  if (format.bits <= bits) return;
  const field = operand === 'activations' ? 'array.activationBits' : 'array.weightBits';
  throw new UserError({
    place,
    found: `${formatName(format)} ${operand}`,
    expected: `at most ${bits} bits`,
    suggestion: `set ${field} to ${format.bits}, or quantize to fewer bits`,
  });
}

/** No partial sum of the node is larger, whatever its activations and the order of addition. */
function sumBound(node: ArrayNode<IntNode>, graph: IntGraph): number {
  const [x, weight, bias] = node.inputs;
  const input = formatOf(x!, graph);
  if (node.op === 'matMul') {
    const [a, b] = node.inputZeroPoints;
    const depth = graph.values.get(x!)!.shape.at(-1)!;
    return depth * largest(input, a) * largest(formatOf(weight!, graph), b);
  }
  const outputs = graph.values.get(weight!)!.shape[0]!;
  let bound = 0;
  for (let output = 0; output < outputs; output += 1) {
    const products = weightSum(weight!, graph, output, node.weightZeroPoint) * largest(input, 0);
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
  for (let i = output * depth; i < (output + 1) * depth; i += 1)
    sum += Math.abs(constant.data[i]! - zeroPoint);
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
