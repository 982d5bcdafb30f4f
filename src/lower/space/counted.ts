import { countOfPhase, lengthOf, type Interval } from './interval.js';
import type { Phase } from './phases.js';

/** A size and how many times it occurs. */
export interface Counted {
  readonly size: number;
  readonly count: number;
}

/** Intervals along each axis of the output positions. Together they make boxes: each with each. */
export interface Boxes {
  readonly images: readonly Interval[];
  readonly rows: readonly Interval[];
  readonly columns: readonly Interval[];
}

/** Lengths of the pieces of at most `most` into which an extent is split. */
export function countedPieces(extent: number, most: number): Counted[] {
  return merged([
    { size: most, count: Math.floor(extent / most) },
    { size: extent % most, count: 1 },
  ]).filter(({ count }) => count > 0);
}

export function countedLengths(intervals: readonly Interval[]): Counted[] {
  return counted(intervals.map(lengthOf));
}

/** Positions of each box. */
export function countedPositions({ images, rows, columns }: Boxes): Counted[] {
  return product(countedLengths(images), product(countedLengths(rows), countedLengths(columns)));
}

/** Positions of each box that are in a phase; boxes without any are left out. */
export function countedVectors({ images, rows, columns }: Boxes, phase: Phase): Counted[] {
  const height = rows.map((interval) => countOfPhase(interval, phase.row, phase.rowPeriod));
  const width = columns.map((interval) => countOfPhase(interval, phase.column, phase.columnPeriod));
  return product(countedLengths(images), product(counted(height), counted(width)));
}

/** Sizes and counts of all pairs, multiplied. */
function product(a: readonly Counted[], b: readonly Counted[]): Counted[] {
  return merged(a.flatMap((x) => b.map((y) => ({ size: x.size * y.size, count: x.count * y.count }))));
}

/** Σ count · value(size). */
export function total(sizes: readonly Counted[], value: (size: number) => number): number {
  return sizes.reduce((sum, { size, count }) => sum + count * value(size), 0);
}

/** How many there are, of any size. */
export function countOf(sizes: readonly Counted[]): number {
  return sizes.reduce((sum, { count }) => sum + count, 0);
}

function counted(sizes: readonly number[]): Counted[] {
  return merged(sizes.map((size) => ({ size, count: 1 })));
}

function merged(sizes: readonly Counted[]): Counted[] {
  const counts = new Map<number, number>();
  for (const { size, count } of sizes) {
    if (size > 0) counts.set(size, (counts.get(size) ?? 0) + count);
  }
  return Array.from(counts, ([size, count]) => ({ size, count }));
}
