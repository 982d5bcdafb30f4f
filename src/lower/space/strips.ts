import type { AccumulatorFile } from '../../hw/accelerator.js';
import type { Boxes } from './counted.js';
import { lastPiece, split, splitAll } from './interval.js';
import { fullTilePositions, type PositionSplit, type PositionTile } from './position-split.js';

/** Positions of a tile whose sums are in the accumulators at a time: a box of so many images, rows and columns. */
export interface StripSize {
  readonly images: number;
  readonly rows: number;
  readonly columns: number;
}

/** The whole tile as one strip. */
export function wholeStrip({ images, rows, columns }: PositionSplit): StripSize {
  return { images: images.size, rows: rows.size, columns: columns.size };
}

/** Nearly equal strips of at most `entries` positions: whole rows of one image where a row fits, else parts of a row. */
export function stripSize(tile: PositionSplit, entries: number): StripSize {
  if (fullTilePositions(tile) <= entries) return wholeStrip(tile);
  const columns = evenPart(tile.columns.size, entries);
  return { images: 1, rows: evenPart(tile.rows.size, Math.floor(entries / columns)), columns };
}

/** The size of equal parts of at most `most`, as few as there can be. */
function evenPart(extent: number, most: number): number {
  return Math.ceil(extent / Math.ceil(extent / most));
}

/** Positions that strips may have where the accumulators are filled more than once: one half of a ping-pong memory. */
export function stripEntries({ entriesPerColumn, pingPong }: AccumulatorFile): number {
  return pingPong ? Math.floor(entriesPerColumn / 2) : entriesPerColumn;
}

/** The strips of a tile, columns fastest. */
export function stripsOf(tile: PositionTile, size: StripSize): PositionTile[] {
  return split(tile.images, size.images).flatMap((images) =>
    split(tile.rows, size.rows).flatMap((rows) =>
      split(tile.columns, size.columns).map((columns) => ({ images, rows, columns })),
    ),
  );
}

export function lastStrip({ images, rows, columns }: PositionTile, size: StripSize): PositionTile {
  return {
    images: lastPiece(images, size.images),
    rows: lastPiece(rows, size.rows),
    columns: lastPiece(columns, size.columns),
  };
}

/** The strips of all tiles. */
export function stripIntervals({ images, rows, columns }: PositionSplit, size: StripSize): Boxes {
  return {
    images: splitAll(images.tiles, size.images),
    rows: splitAll(rows.tiles, size.rows),
    columns: splitAll(columns.tiles, size.columns),
  };
}
