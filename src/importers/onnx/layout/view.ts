import { inversePermutation, type Shape } from '../../../tensor/shape.js';
import type { ValueId } from '../../../ir/graph.js';

/** A value of the source order as it really lies: `value = transpose(the value of id, permutation)`. */
export interface View {
  readonly id: ValueId;
  readonly permutation: readonly number[];
}

export function identityOrder(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function isIdentity(permutation: readonly number[]): boolean {
  return permutation.every((axis, position) => axis === position);
}

/** Whether a transpose of `shape` leaves the elements where they are: only extents of 1 change places. */
export function movesOnlyOnes(shape: Shape, permutation: readonly number[]): boolean {
  const moved = permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, position) => position === 0 || axis > moved[position - 1]!);
}

/** Entries per axis of the value, rearranged to entries per axis of what lies underneath. */
export function underneath<T>(perAxis: readonly T[], permutation: readonly number[]): T[] {
  return inversePermutation(permutation).map((axis) => perAxis[axis]!);
}

/** The permutation that takes axes labelled `from` to the order `to`. */
export function orderOf(from: readonly string[], to: readonly string[]): number[] {
  return to.map((label) => from.indexOf(label));
}
