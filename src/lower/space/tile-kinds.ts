import { remembered } from '../../core/remembered.js';
import { inputInterval } from './axis.js';
import { lengthOf, split, type Interval } from './interval.js';
import type { AxisSplit, PositionSpace, PositionSplit } from './position-split.js';
import { once, pieces, runsOf, type Repeated } from './repeated.js';

/** What makes a difference of a tile along one axis. */
export interface AxisTile {
  /** The positions that it has, moved towards 0 by whole periods: as many of each phase. */
  readonly outputs: Interval;
  /** How many input positions it reads. */
  readonly inputs: number;
}

/** Along each axis of the positions, in order with equal neighbours together. */
export interface AxisKinds<K> {
  readonly images: readonly Repeated<K>[];
  readonly rows: readonly Repeated<K>[];
  readonly columns: readonly Repeated<K>[];
}

/** Output positions that share their taps lie so far apart. */
export interface Periods {
  readonly rowPeriod: number;
  readonly columnPeriod: number;
}

export function tileKinds(
  space: PositionSpace,
  { images, rows, columns }: PositionSplit,
  { rowPeriod, columnPeriod }: Periods,
): AxisKinds<AxisTile> {
  return {
    images: axisTiles(images, 1, lengthOf),
    rows: axisTiles(rows, rowPeriod, (tile) => lengthOf(inputInterval(space.rows, tile))),
    columns: axisTiles(columns, columnPeriod, (tile) => lengthOf(inputInterval(space.columns, tile))),
  };
}

/** Mappings have splits in common: kinds of their tiles by period. */
const KINDS = new WeakMap<AxisSplit, Map<number, readonly Repeated<AxisTile>[]>>();

function axisTiles(
  split: AxisSplit,
  period: number,
  inputsOf: (tile: Interval) => number,
): readonly Repeated<AxisTile>[] {
  const ofPeriods = KINDS.get(split) ?? new Map<number, readonly Repeated<AxisTile>[]>();
  KINDS.set(split, ofPeriods);
  return remembered(ofPeriods, period, () =>
    runsOf(
      split.tiles.map((tile) => ({ outputs: nearZero(tile, period), inputs: inputsOf(tile) })),
      (a, b) => a.inputs === b.inputs && isSame(a.outputs, b.outputs),
    ),
  );
}

/** The pieces of a tile along an axis, as `split` makes them. */
export function pieceKinds(tile: Interval, size: number, period: number): Repeated<Interval>[] {
  if (size % period === 0) {
    const start = tile.start % period;
    return pieces(lengthOf(tile), size).map(({ kind, count }) => ({
      kind: { start, end: start + kind },
      count,
    }));
  }
  return runsOf(
    split(tile, size).map((piece) => nearZero(piece, period)),
    isSame,
  );
}

/** Lengths of tiles in order, of which all but the last are full. */
export function lengthKinds(tiles: readonly Interval[]): Repeated<number>[] {
  const [full, last] = [lengthOf(tiles[0]!), lengthOf(tiles.at(-1)!)];
  return full === last
    ? [{ kind: full, count: tiles.length }]
    : [{ kind: full, count: tiles.length - 1 }, once(last)];
}

function nearZero({ start, end }: Interval, period: number): Interval {
  const moved = start % period;
  return { start: moved, end: moved + end - start };
}

function isSame(a: Interval, b: Interval): boolean {
  return a.start === b.start && a.end === b.end;
}
