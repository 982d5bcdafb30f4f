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
  const rest = extent % most;
  const last = { size: rest, count: 1 };
  if (rest === extent) return extent === 0 ? [] : [last];
  const full = { size: most, count: (extent - rest) / most };
  return rest === 0 ? [full] : [full, last];
}

/** The same where the extent is first split into pieces of at most `outer`, and each of these by itself. */
export function countedPiecesOfPieces(extent: number, outer: number, most: number): Counted[] {
  const sizes = countedPieces(extent, outer).flatMap(({ size, count }) =>
    countedPieces(size, most).map((piece) => ({ size: piece.size, count: piece.count * count })),
  );
  return merged(sizes);
}

export function countedLengths(intervals: readonly Interval[]): Counted[] {
  return counted(intervals.map(lengthOf));
}

/** Positions of each box. */
export function countedPositions({ images, rows, columns }: Boxes): Counted[] {
  return productOf(countedLengths(images), productOf(countedLengths(rows), countedLengths(columns)));
}

/** Positions of each box that are in a phase; boxes without any are left out. */
export function countedVectors({ images, rows, columns }: Boxes, phase: Phase): Counted[] {
  const height = rows.map((interval) => countOfPhase(interval, phase.row, phase.rowPeriod));
  const width = columns.map((interval) => countOfPhase(interval, phase.column, phase.columnPeriod));
  return productOf(countedLengths(images), productOf(counted(height), counted(width)));
}

/** Sizes and counts of all pairs, multiplied. */
export function productOf(a: readonly Counted[], b: readonly Counted[]): Counted[] {
  return merged(a.flatMap((x) => b.map((y) => ({ size: x.size * y.size, count: x.count * y.count }))));
}

/** Σ count · value(size). */
export function total(sizes: readonly Counted[], value: (size: number) => number): number {
  return sizes.reduce((sum, { size, count }) => sum + count * value(size), 0);
}

/** Every size times a factor. */
export function scaled(sizes: readonly Counted[], factor: number): Counted[] {
  return sizes.map(({ size, count }) => ({ size: size * factor, count }));
}

/** How many there are, of any size. */
export function countOf(sizes: readonly Pick<Counted, 'count'>[]): number {
  return sizes.reduce((sum, { count }) => sum + count, 0);
}

/** The largest size; 0 where there is none. */
export function largest(sizes: readonly Counted[]): number {
  return sizes.reduce((most, { size }) => Math.max(most, size), 0);
}

function counted(sizes: readonly number[]): Counted[] {
  return merged(sizes.map((size) => ({ size, count: 1 })));
}

/** Equal sizes together, sizes of 0 left out. There are few different ones. */
function merged(sizes: readonly Counted[]): Counted[] {
  const result: { readonly size: number; count: number }[] = [];
  for (const { size, count } of sizes) {
    if (size === 0) continue;
    const known = result.find((each) => each.size === size);
    if (known === undefined) result.push({ size, count });
    else known.count += count;
  }
  return result;
}
