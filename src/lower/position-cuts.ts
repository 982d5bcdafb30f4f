import { BoundedMemory } from '../core/bounded-memory.js';
import { isIdentity } from './space/axis.js';
import { lastPieceLength, lengthOf, tileSizes } from './space/interval.js';
import {
  splitAxis,
  splitImages,
  tileCount,
  type AxisSplit,
  type PositionSpace,
  type PositionSplit,
} from './space/position-split.js';
import type { StripSize } from './space/strips.js';
import { countOf, largest, total } from './space/counted.js';

/** Tiles along an axis at most, unless nothing fits that way. */
const MOST_TILES = 1024;

/** An axis cut into tiles, with figures of them. */
interface AxisCut {
  readonly split: AxisSplit;
  /** Positions of the last tile. */
  readonly last: number;
  /** Input positions of all tiles that read any, how many these are, and those of the one that reads most and of the first. */
  readonly inputs: number;
  readonly readers: number;
  readonly mostInputs: number;
  readonly firstInputs: number;
}

/** The output positions of a layer cut into tiles, with figures of the tiles that cost little to get at. */
export class PositionCut {
  readonly split: PositionSplit;
  readonly tiles: number;
  /** Output positions of a full tile. */
  readonly positions: number;
  readonly lastTile: StripSize;
  readonly lastPositions: number;
  /** Input positions that tiles read, tiles that read any, the most that one reads, and those of the first tile. */
  readonly inputs: number;
  readonly readers: number;
  readonly mostInputs: number;
  readonly firstInputs: number;

  constructor(images: AxisCut, rows: AxisCut, columns: AxisCut) {
    this.split = { images: images.split, rows: rows.split, columns: columns.split };
    this.tiles = tileCount(this.split);
    this.positions = images.split.size * rows.split.size * columns.split.size;
    this.lastTile = { images: images.last, rows: rows.last, columns: columns.last };
    this.lastPositions = images.last * rows.last * columns.last;
    this.inputs = images.inputs * rows.inputs * columns.inputs;
    this.readers = images.readers * rows.readers * columns.readers;
    this.mostInputs = images.mostInputs * rows.mostInputs * columns.mostInputs;
    this.firstInputs = images.firstInputs * rows.firstInputs * columns.firstInputs;
  }
}

/** Positions of the last strip of the last tile. */
export function lastStripPositions({ lastTile }: PositionCut, { images, rows, columns }: StripSize): number {
  return (
    lastPieceLength(lastTile.images, images) *
    lastPieceLength(lastTile.rows, rows) *
    lastPieceLength(lastTile.columns, columns)
  );
}

/**
 * Every way to cut the positions, larger tiles first: some images with all their rows and columns, or some rows of one image
 * with some of their columns. Where each output reads the input at its own position alone, as in a 1 x 1 convolution, the shape
 * of a tile makes no difference, only how many positions it has: then whole rows, or parts of one row. Sizes are those of
 * `tileSizes`.
 *
 * @param fine whether an axis may be cut into more than 1,024 tiles
 */
export function positionCuts(
  { images, rows, columns }: PositionSpace,
  { fine }: { readonly fine: boolean },
): readonly PositionCut[] {
  return CUTS.remembered(JSON.stringify([images, rows, columns, fine]), () =>
    allPositionCuts({ images, rows, columns }, fine ? Infinity : MOST_TILES),
  );
}

/** They depend on no machine. Layers of a network have few different ones, and all points of a sweep the same. */
const CUTS = new BoundedMemory<readonly PositionCut[]>(64);

function allPositionCuts({ images, rows, columns }: PositionSpace, mostTiles: number): PositionCut[] {
  const sizes = (extent: number): number[] =>
    [...tileSizes(extent)].filter((size) => Math.ceil(extent / size) <= mostTiles);
  const heights = sizes(rows.outputExtent).map((size) => cutOf(splitAxis(rows, size)));
  const widths = sizes(columns.outputExtent).map((size) => cutOf(splitAxis(columns, size)));
  const oneImage = cutOf(splitImages(images, 1));
  const isPointwise = isIdentity(rows) && isIdentity(columns);
  const heightsBeside = (width: AxisCut): readonly AxisCut[] =>
    isPointwise && width !== widths[0] ? heights.slice(-1) : heights;
  const severalImages = sizes(images).filter((count) => count > 1);
  return [
    ...severalImages.map(
      (count) => new PositionCut(cutOf(splitImages(images, count)), heights[0]!, widths[0]!),
    ),
    ...widths.flatMap((width) =>
      heightsBeside(width).map((height) => new PositionCut(oneImage, height, width)),
    ),
  ];
}

/** Whether an axis is so long that `fine` makes a difference. */
export function hasFineCuts({ images, rows, columns }: PositionSpace): boolean {
  return Math.max(images, rows.outputExtent, columns.outputExtent) > MOST_TILES;
}

/** The whole space as one tile. */
export function wholeCut({ images, rows, columns }: PositionSpace): PositionCut {
  return new PositionCut(
    cutOf(splitImages(images, images)),
    cutOf(splitAxis(rows, rows.outputExtent)),
    cutOf(splitAxis(columns, columns.outputExtent)),
  );
}

function cutOf(split: AxisSplit): AxisCut {
  return {
    split,
    last: lengthOf(split.tiles.at(-1)!),
    inputs: total(split.inputs, (size) => size),
    readers: countOf(split.inputs),
    mostInputs: largest(split.inputs),
    firstInputs: split.firstInputs,
  };
}
