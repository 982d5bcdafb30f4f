/** The positions start … end − 1 of an axis. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

export function lengthOf({ start, end }: Interval): number {
  return end - start;
}

/** All positions of an axis. */
export function whole(extent: number): Interval {
  return { start: 0, end: extent };
}

/** Consecutive pieces of `size` positions that make up the interval; the last may be shorter. */
export function split({ start, end }: Interval, size: number): Interval[] {
  return Array.from({ length: Math.ceil((end - start) / size) }, (_, index) => ({
    start: start + index * size,
    end: Math.min(start + (index + 1) * size, end),
  }));
}

/** The last of these pieces. */
export function lastPiece({ start, end }: Interval, size: number): Interval {
  return { start: start + (Math.ceil((end - start) / size) - 1) * size, end };
}

/** Positions of the last of the pieces of an extent. */
export function lastPieceLength(extent: number, size: number): number {
  return extent - (Math.ceil(extent / size) - 1) * size;
}

/** The pieces of all intervals, each split by itself. */
export function splitAll(intervals: readonly Interval[], size: number): Interval[] {
  return intervals.flatMap((interval) => split(interval, size));
}

/** How many pieces that makes. */
export function pieceCount(intervals: readonly Interval[], size: number): number {
  return intervals.reduce((sum, interval) => sum + Math.ceil(lengthOf(interval) / size), 0);
}

/** Of the positions phase, phase + period, phase + 2 · period, …: how many lie in the interval. */
export function countOfPhase({ start, end }: Interval, phase: number, period: number): number {
  return Math.ceil((end - phase) / period) - Math.ceil((start - phase) / period);
}

/**
 * Sizes to try for the tiles of an axis, largest first: the axis in 1, 2, 3, 4, 6, 8, 12, … nearly equal pieces, rounded
 * up to multiples of `quantum` as far as one quantum, then down to 1.
 */
export function* tileSizes(extent: number, quantum = 1): Generator<number> {
  let previous = 0;
  for (let pieces = 1; previous !== 1; pieces = nextPieces(pieces)) {
    const even = Math.ceil(extent / pieces);
    const size = 2 * even > quantum ? Math.min(Math.ceil(even / quantum) * quantum, extent) : even;
    if (size !== previous) yield size;
    previous = size;
  }
}

/** 1, 2, 3, 4, 6, 8, 12, 16, …: the powers of two and one and a half times each. */
function nextPieces(pieces: number): number {
  const isPowerOfTwo = Number.isInteger(Math.log2(pieces));
  if (pieces === 1) return 2;
  return isPowerOfTwo ? (pieces * 3) / 2 : (pieces * 4) / 3;
}
