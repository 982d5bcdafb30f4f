import { elementCount, type Shape } from '../../tensor/shape.js';
import type { FloatNode } from '../../ir/operators.js';

/**
 * Multiply-accumulates of a node, from shapes alone: padded positions count, elementwise operators do not. null where an
 * operator has none.
 */
export function macsOf(node: FloatNode, inputs: readonly Shape[], output: Shape): number | null {
  const weight = inputs[1] ?? [];
  switch (node.op) {
    case 'conv2d':
      return elementCount(output) * elementCount(weight.slice(1));
    case 'convTranspose2d':
      // Every input element meets the kernels of its group's output channels.
      return elementCount(inputs[0]!) * (elementCount(weight.slice(0, 3)) / node.groups);
    case 'fullyConnected':
      return elementCount(output) * weight[1]!;
    case 'matMul':
      return elementCount(output) * inputs[0]!.at(-1)!;
    default:
      return null;
  }
}
