import { rememberedOf } from '../../core/remembered-of.js';
import { inputInterval, type Axis } from './axis.js';
import {
  countedLengths,
  countedPositions,
  largest,
  productOf,
  total,
  type Boxes,
  type Counted,
} from './counted.js';
import { lengthOf, split, whole, type Interval } from './interval.js';

/** Output positions: all columns of all rows of all images in the three intervals. */
export interface PositionTile {
  readonly images: Interval;
  readonly rows: Interval;
  readonly columns: Interval;
}

export function positionCount({ images, rows, columns }: PositionTile): number {
  return lengthOf(images) * lengthOf(rows) * lengthOf(columns);
}

/** A spatial axis cut into tiles of `size` output positions, with what they read. */
export interface AxisSplit {
  readonly size: number;
  readonly tiles: readonly Interval[];
  /** Input positions that tiles read, overlaps included; tiles that read only padding are left out. */
  readonly inputs: readonly Counted[];
  /** Input positions that the first tile reads. */
  readonly firstInputs: number;
}

/** The output positions of a layer cut into tiles. */
export interface PositionSplit {
  readonly images: AxisSplit;
  readonly rows: AxisSplit;
  readonly columns: AxisSplit;
}

/** The positions of a layer: its images and its two spatial axes. */
export interface PositionSpace {
  readonly images: number;
  readonly rows: Axis;
  readonly columns: Axis;
}

export function wholePositions({ images, rows, columns }: PositionSpace): PositionTile {
  return { images: whole(images), rows: whole(rows.outputExtent), columns: whole(columns.outputExtent) };
}

/** All positions in one tile. */
export function splitPositions({ images, rows, columns }: PositionSpace): PositionSplit {
  return {
    images: splitImages(images, images),
    rows: splitAxis(rows, rows.outputExtent),
    columns: splitAxis(columns, columns.outputExtent),
  };
}

/** Every position a tile of its own. */
export function singlePositions({ images, rows, columns }: PositionSpace): PositionSplit {
  return { images: splitImages(images, 1), rows: splitAxis(rows, 1), columns: splitAxis(columns, 1) };
}

/** The first tile: a full one. */
export function firstPositions({ images, rows, columns }: PositionSplit): PositionTile {
  return { images: images.tiles[0]!, rows: rows.tiles[0]!, columns: columns.tiles[0]! };
}

/** The last tile. */
export function lastPositions({ images, rows, columns }: PositionSplit): PositionTile {
  return { images: images.tiles.at(-1)!, rows: rows.tiles.at(-1)!, columns: columns.tiles.at(-1)! };
}

/** The tiles, columns fastest. */
export function positionTiles({ images, rows, columns }: PositionSplit): PositionTile[] {
  return images.tiles.flatMap((image) =>
    rows.tiles.flatMap((row) =>
      columns.tiles.map((column) => ({ images: image, rows: row, columns: column })),
    ),
  );
}

function tileBoxes({ images, rows, columns }: PositionSplit): Boxes {
  return { images: images.tiles, rows: rows.tiles, columns: columns.tiles };
}

export function tileCount({ images, rows, columns }: PositionSplit): number {
  return images.tiles.length * rows.tiles.length * columns.tiles.length;
}

/** Output positions of a full tile. */
export function fullTilePositions({ images, rows, columns }: PositionSplit): number {
  return images.size * rows.size * columns.size;
}

/** Input positions of the tile that reads most. */
export function largestInputPositions({ images, rows, columns }: PositionSplit): number {
  return largest(images.inputs) * largest(rows.inputs) * largest(columns.inputs);
}

/** Input positions that all tiles together read. */
export function totalInputPositions(split: PositionSplit): number {
  return total(countedInputPositions(split), (size) => size);
}

/** Input positions of each tile that reads any. */
export const countedInputPositions: (split: PositionSplit) => readonly Counted[] = rememberedOf(
  ({ images, rows, columns }) => productOf(images.inputs, productOf(rows.inputs, columns.inputs)),
);

/** Output positions of each tile. */
export const countedOutputPositions: (split: PositionSplit) => readonly Counted[] = rememberedOf((split) =>
  countedPositions(tileBoxes(split)),
);

/** Input positions that a tile reads. */
export function inputPositions(tile: PositionTile, { rows, columns }: PositionSpace): number {
  const inputRows = lengthOf(inputInterval(rows, tile.rows));
  return lengthOf(tile.images) * inputRows * lengthOf(inputInterval(columns, tile.columns));
}

export function splitImages(images: number, size: number): AxisSplit {
  const tiles = split(whole(images), size);
  return { size, tiles, inputs: countedLengths(tiles), firstInputs: size };
}

export function splitAxis(axis: Axis, size: number): AxisSplit {
  const tiles = split(whole(axis.outputExtent), size);
  const inputs = tiles.map((tile) => inputInterval(axis, tile));
  return { size, tiles, inputs: countedLengths(inputs), firstInputs: lengthOf(inputs[0]!) };
}

/** The size of a full tile: `8x24 positions`, with the images in front where a tile has several. */
export function positionsText({ images, rows, columns }: PositionSplit): string {
  const sizes = images.size > 1 ? [images.size, rows.size, columns.size] : [rows.size, columns.size];
  return `${sizes.join('x')} positions`;
}
