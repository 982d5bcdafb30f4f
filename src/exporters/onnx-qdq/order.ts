import type { PlainArray } from '../../formats/elements.js';
import { stridedCopy } from '../../importers/arrays.js';
import { permuteShape, stridesOf, type Shape } from '../../tensor/shape.js';

/**
 * How the axes of an emitted tensor relate to the graph's own: emitted axis `j` is inside axis `order[j]`. Every value carries
 * the order it happens to be in, so that a transpose is emitted only where an operator needs another one.
 */
export type Order = readonly number[];

/** What ONNX convolutions, pools and resizes take, of the NHWC tensors inside. */
export const NCHW: Order = [0, 3, 1, 2];

export function insideOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function sameOrder(a: Order, b: Order): boolean {
  return a.length === b.length && a.every((axis, position) => axis === b[position]);
}

/** The last axis after the first, as ONNX orders channels. */
export function channelsSecond(order: Order): Order {
  const [first, ...others] = order;
  return [first!, others.at(-1)!, ...others.slice(0, -1)];
}

/** The permutation of ONNX's Transpose (output axis `i` is input axis `perm[i]`) between two orders. */
export function permutationBetween(from: Order, to: Order): number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** Whether elements lie in memory as inside: only axes of extent 1 have moved. */
export function isInMemoryOrder(order: Order, shape: Shape): boolean {
  const moved = order.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, position) => position === 0 || axis > moved[position - 1]!);
}

/** The order after some inside axes are gone: those that stay are counted anew. */
export function withoutAxes(order: Order, removed: readonly number[]): Order {
  const below = (axis: number): number => removed.filter((gone) => gone < axis).length;
  return order.filter((axis) => !removed.includes(axis)).map((axis) => axis - below(axis));
}

/** The order after one inside axis gives way to `count` axes, in its place. */
export function withAxisExpanded(order: Order, expanded: number, count: number): Order {
  return order.flatMap((axis) => {
    if (axis === expanded) return Array.from({ length: count }, (_, offset) => axis + offset);
    return axis < expanded ? [axis] : [axis + count - 1];
  });
}

/** The elements in another order of their axes. */
export function permutedArray(array: PlainArray, order: Order): PlainArray {
  const strides = stridesOf(array.shape);
  return stridedCopy(
    array,
    permuteShape(array.shape, order),
    order.map((axis) => strides[axis]!),
  );
}
