import { formatName, type IntFormat } from '../arith/int-format.js';
import { assert, UserError } from '../core/errors.js';
import { remembered } from '../core/remembered.js';
import type { Accelerator } from '../hw/accelerator.js';
import { isArrayNode } from '../ir/array-node.js';
import type { IntGraph, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { sumBound } from '../ir/sum-bound.js';
import type { Workload } from './workload/workload.js';

/**
 * Checks that the values of a node are those the machine would compute: its operands fit the multipliers, and its sums
 * the accumulators.
 *
 * Kernels compute sums whose bound, which partial sums keep to as well, fits the requantizer: int32, or the 48 bits of
 * TFLite's int16 layers. Accumulators too narrow for the bound make a difference as soon as a sum can leave them, which is not simulated.
 *
 * @throws UserError
 */
export function checkMachineLimits(node: IntNode, graph: IntGraph, accelerator: Accelerator): void {
  if (!isArrayNode(node)) return;
  const { array, accumulators } = accelerator;
  const place = `layer '${node.name}' (${node.op})`;
  checkOperand(place, 'activations', formatOf(node.inputs[0]!, graph), array.activationBits);
  checkOperand(place, 'weights', formatOf(node.inputs[1]!, graph), array.weightBits);
  const bound = knownSumBound(node, graph);
  // The taps of a phase are summed without the zero point of the activations: at most twice the code.
  const phaseBits = node.op === 'convTranspose2d' && node.inputZeroPoint !== 0 ? 1 : 0;
  const bits = Math.ceil(Math.log2(bound + 1)) + 1 + phaseBits;
  if (bits <= accumulators.bits) return;
  throw new UserError({
    place,
    found: `sums that may need ${bits} bits`,
    expected: `at most the ${accumulators.bits} bits of the accumulators`,
    suggestion: `sums that leave the accumulators (overflow: ${accumulators.overflow}) are not simulated yet; set accumulators.bits to ${bits}`,
  });
}

/** Every weight of a graph is looked at once, however many machines it is simulated on. */
const SUM_BOUNDS = new WeakMap<IntGraph, Map<IntNode, number>>();

function knownSumBound(node: IntNode, graph: IntGraph): number {
  const bounds = SUM_BOUNDS.get(graph) ?? new Map<IntNode, number>();
  SUM_BOUNDS.set(graph, bounds);
  return remembered(bounds, node, () => sumBound(node, graph)!);
}

/** The same for a workload without values: its operands fit the multipliers. Nobody knows its sums. @throws UserError */
export function checkOperandWidths(layer: string, workload: Workload, { array }: Accelerator): void {
  if (workload.kind !== 'array') return;
  const { activationBits, weightBits } = workload;
  checkOperand(layer, 'activations', { bits: activationBits, signed: true }, array.activationBits);
  checkOperand(layer, 'weights', { bits: weightBits, signed: true }, array.weightBits);
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

function formatOf(id: ValueId, graph: IntGraph): IntFormat {
  const { type } = graph.values.get(id)!;
  assert(type.kind === 'int', 'after quantization there are no floats', { id });
  return type.format;
}
