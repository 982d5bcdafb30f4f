import { assert } from '../../core/errors.js';
import type { IntFormat } from '../../arith/int-format.js';
import type { ValueType } from '../../ir/graph.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { firstOutside, storageType, tensorFrom, type Tensor } from '../../tensor/tensor.js';
import type { Result } from '../kernel.js';

/** The format of an integer value. */
export function formatOf(type: ValueType): IntFormat {
  assert(type.kind === 'int', 'the integer dialect holds integers', { type });
  return type.format;
}

/** Extents of a rank-4 tensor: NHWC of an activation, OHWI of a weight. */
export function extents4({ shape }: Tensor): readonly [number, number, number, number] {
  return shape as readonly [number, number, number, number];
}

/** Visits every index of a shape in row-major order, with its position. The index vector is reused between visits. */
export function forEachIndex(
  shape: Shape,
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = Array.from(shape, () => 0);
  const count = elementCount(shape);
  for (let position = 0; position < count; position += 1) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Where an index lies, given the elements between neighbours along each axis. */
export function offsetOf(index: readonly number[], strides: readonly number[]): number {
  return strides.reduce((offset, stride, axis) => offset + stride * index[axis]!, 0);
}

/** A tensor of the given codes, each of which must fit the result's format. */
export function resultOf(result: Result, codes: readonly number[]): Tensor {
  const format = formatOf(result.type);
  const outside = firstOutside(codes, format);
  assert(outside < 0, 'every output code fits its format', { format, code: codes[outside] });
  return tensorFrom(storageType(format), result.shape, codes);
}

/** The result whose code at every index is `rule(index)`. */
export function tabulate(
  result: Result,
  rule: (index: readonly number[], position: number) => number,
): Tensor {
  const codes: number[] = [];
  forEachIndex(result.shape, (index, position) => codes.push(rule(index, position)));
  return resultOf(result, codes);
}

/** The result whose rows along the last axis are a function of the rows of x. */
export function mapRows(
  x: Tensor,
  result: Result,
  rule: (row: readonly number[]) => readonly number[],
): Tensor {
  const length = x.shape.at(-1)!;
  const codes: number[] = [];
  for (let start = 0; start < x.data.length; start += length) {
    codes.push(...rule(Array.from(x.data.subarray(start, start + length))));
  }
  return resultOf(result, codes);
}
