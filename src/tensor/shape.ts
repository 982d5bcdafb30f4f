import { assert } from '../core/errors.js';

/** Extents from the outermost axis to the innermost (contiguous) one. */
export type Shape = readonly number[];

export function elementCount(shape: Shape): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

/** Elements between neighbours along each axis, in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = Array.from(shape, () => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `1x32x32x3`; a scalar is `scalar`. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join('x');
}

/** The NumPy broadcast of two shapes, or null where they do not go together. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/**
 * Strides that read a tensor of `shape` as if it were broadcast to `target`: 0 along repeated axes.
 * `shape` must broadcast to `target`.
 */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  return target.map((_, axis) => {
    const ownAxis = axis - (target.length - shape.length);
    return ownAxis < 0 || shape[ownAxis] === 1 ? 0 : own[ownAxis]!;
  });
}

/** `shape[permutation[0]], shape[permutation[1]], …`: the shape after a transpose. */
export function permuteShape(shape: Shape, permutation: readonly number[]): Shape {
  return permutation.map((axis) => shape[axis]!);
}

/** The permutation that undoes `permutation`. */
export function inversePermutation(permutation: readonly number[]): number[] {
  const inverse = Array.from(permutation, () => 0);
  permutation.forEach((axis, position) => {
    inverse[axis] = position;
  });
  return inverse;
}

export function isPermutation(axes: readonly number[]): boolean {
  return axes.every((_, axis) => axes.includes(axis));
}

/** A possibly negative axis as 0 … rank − 1. */
export function normalizeAxis(axis: number, rank: number): number {
  assert(axis >= -rank && axis < rank, 'an axis lies within the rank', { axis, rank });
  return axis < 0 ? axis + rank : axis;
}

/** Whether a transpose of `shape` leaves the elements where they are: only extents of 1 change places. */
export function movesOnlyOnes(shape: Shape, permutation: readonly number[]): boolean {
  const moved = permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, position) => position === 0 || axis > moved[position - 1]!);
}
