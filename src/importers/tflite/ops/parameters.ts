import type { OperatorImport } from '../operator-import.js';

/** An axis counted from the end where it is negative. */
export function axisOf(node: OperatorImport, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  throw node.refuse({ found: `axis ${axis}`, expected: `an axis of ${rank}` });
}

/** Distinct axes in ascending order. */
export function axesOf(node: OperatorImport, axes: readonly number[], rank: number): readonly number[] {
  return [...new Set(axes.map((axis) => axisOf(node, axis, rank)))].toSorted((a, b) => a - b);
}
