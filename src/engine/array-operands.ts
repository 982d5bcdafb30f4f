import { assertNever } from '../core/errors.js';
import type { ArrayNode } from '../ir/array-node.js';
import type { IntNode } from '../ir/operators.js';
import { matMulShape, type IntMatMul } from '../ir/ops/matrix.js';
import { broadcastStrides, elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** The codes of an array operator's operands in the order of its iteration space (`ArrayShape`). */
export interface ArrayOperands {
  /** [image, input row, input column, group, input channel]. */
  readonly activations: ArrayLike<number>;
  /** [group, output channel, tap, input channel], taps in the order of the kernel. */
  readonly weights: ArrayLike<number>;
  /** What a tap on padding meets. */
  readonly paddingCode: number;
}

/** @param tensors the operands of the node, in inside layout */
export function arrayOperands(node: ArrayNode<IntNode>, [x, weight]: readonly Tensor[]): ArrayOperands {
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
      return { activations: x!.data, weights: weight!.data, paddingCode: node.inputZeroPoint };
    case 'matMul':
      return matMulOperands(node, x!, weight!);
    default:
      return assertNever(node);
  }
}

/** As `arrayShape` joins products: a shared right operand stacks the left ones, a shared left one lines up the right ones. */
function matMulOperands({ inputZeroPoints }: IntMatMul, a: Tensor, b: Tensor): ArrayOperands {
  const [rows, inputs, outputs] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batch = matMulShape([a.shape, b.shape]).slice(0, -2);
  const products = elementCount(batch);
  const left = spread(a, batch);
  const right = spread(b, batch);
  const paddingCode = inputZeroPoints[0];
  const weightsOf = (count: number): Int32Array =>
    filled([count, outputs, inputs], ([product, output, k]) => right(product!, k!, output!));
  if (isShared(b)) {
    const activations = filled([products, rows, inputs], ([product, row, k]) => left(product!, row!, k!));
    return { activations, weights: weightsOf(1), paddingCode };
  }
  if (isShared(a)) return { activations: a.data, weights: weightsOf(products), paddingCode };
  const activations = filled([rows, products, inputs], ([row, product, k]) => left(product!, row!, k!));
  return { activations, weights: weightsOf(products), paddingCode };
}

/** One matrix for all products. */
function isShared({ shape }: Tensor): boolean {
  return elementCount(shape.slice(0, -2)) === 1;
}

/** An operand by product, row and column, whatever it broadcasts. */
function spread(
  { shape, data }: Tensor,
  batch: readonly number[],
): (product: number, row: number, column: number) => number {
  const strides = broadcastStrides(shape, [...batch, ...shape.slice(-2)]);
  const [rowStride, columnStride] = [strides.at(-2)!, strides.at(-1)!];
  return (product, row, column) => {
    let [offset, rest] = [row * rowStride + column * columnStride, product];
    for (let axis = batch.length - 1; axis >= 0; axis -= 1) {
      const index = rest % batch[axis]!;
      rest = (rest - index) / batch[axis]!;
      offset += index * strides[axis]!;
    }
    return data[offset]!;
  };
}

function filled(
  [first, second, third]: readonly [number, number, number],
  valueOf: (index: readonly number[]) => number,
): Int32Array {
  const values = new Int32Array(first * second * third);
  let next = 0;
  for (let i = 0; i < first; i += 1) {
    for (let j = 0; j < second; j += 1) {
      for (let k = 0; k < third; k += 1) values[next++] = valueOf([i, j, k]);
    }
  }
  return values;
}
