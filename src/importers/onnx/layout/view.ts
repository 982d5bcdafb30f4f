import { inversePermutation } from '../../../tensor/shape.js';
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

/** Entries per axis of the value, rearranged to entries per axis of what lies underneath. */
export function underneath<T>(perAxis: readonly T[], permutation: readonly number[]): T[] {
  return inversePermutation(permutation).map((axis) => perAxis[axis]!);
}

/** The permutation that takes axes labelled `from` to the order `to`. */
export function orderOf(from: readonly string[], to: readonly string[]): number[] {
  return to.map((label) => from.indexOf(label));
}
