import { assertNever } from '../../core/errors.js';
import type { ArrayNode } from '../../ir/array-node.js';
import type { Graph } from '../../ir/graph.js';
import type { ConvTranspose2dGeometry } from '../../ir/ops/conv-transpose2d.js';
import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { kernelAxes, type KernelAxis } from '../space/axis.js';
import { productShape } from './plain-shapes.js';
import type { ArrayShape } from './workload.js';

/** The iteration space of an array operator. */
export function arrayShape(node: ArrayNode, graph: Graph): ArrayShape {
  const shapeOf = (id: string): Shape => graph.values.get(id)!.shape;
  const operands = node.inputs.map(shapeOf);
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
      return kernelShape('window', node, operands, shapeOf(node.output));
    case 'convTranspose2d':
      return kernelShape('transposed', node, operands, shapeOf(node.output));
    case 'fullyConnected':
      return productShape(elementCount(operands[0]!.slice(0, -1)), operands[1]![1]!, operands[1]![0]!, 1);
    case 'matMul':
      return matMulShape(operands, shapeOf(node.output));
    default:
      return assertNever(node);
  }
}

function kernelShape(
  kind: KernelAxis['kind'],
  node: Conv2dGeometry | ConvTranspose2dGeometry,
  [x, weight]: readonly Shape[],
  output: Shape,
): ArrayShape {
  return {
    images: x![0]!,
    ...kernelAxes(kind, node, x!, output),
    groups: node.groups,
    inputChannels: weight![3]!,
    outputChannels: weight![0]! / node.groups,
  };
}

/**
 * The right operand takes the place of the weights. A matrix shared by all products joins them into one: a shared right
 * operand stacks the rows of the left ones, a shared left operand lines up the columns of the right ones. Where both
 * broadcast partly, an operand is fetched anew for each product.
 */
function matMulShape([a, b]: readonly Shape[], output: Shape): ArrayShape {
  const products = elementCount(output.slice(0, -2));
  const [rows, inputs, outputs] = [a!.at(-2)!, a!.at(-1)!, b!.at(-1)!];
  if (elementCount(b!.slice(0, -2)) === 1) return productShape(products * rows, inputs, outputs, 1);
  if (elementCount(a!.slice(0, -2)) === 1) return productShape(rows, inputs, products * outputs, 1);
  return productShape(rows, inputs, outputs, products);
}
