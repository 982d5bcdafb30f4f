import { tileSizes } from './space/interval.js';
import { splitAxis, splitImages, type PositionSpace, type PositionSplit } from './space/position-split.js';

/** Tiles along an axis at most, unless nothing fits that way. */
const MOST_TILES = 1024;

/**
 * Every way to cut the positions, larger tiles first: some images with all their rows and columns, or some rows of one image
 * with some of their columns. Sizes are those of `tileSizes`.
 *
 * @param fine whether an axis may be cut into more than 1,024 tiles
 */
export function positionSplits(
  { images, rows, columns }: PositionSpace,
  { fine }: { readonly fine: boolean },
): PositionSplit[] {
  const mostTiles = fine ? Infinity : MOST_TILES;
  const sizes = (extent: number): number[] =>
    [...tileSizes(extent)].filter((size) => Math.ceil(extent / size) <= mostTiles);
  const oneImage = splitImages(images, 1);
  const heights = sizes(rows.outputExtent).map((size) => splitAxis(rows, size));
  const widths = sizes(columns.outputExtent).map((size) => splitAxis(columns, size));
  const [allRows, allColumns] = [heights[0]!, widths[0]!];
  return [
    ...sizes(images)
      .filter((count) => count > 1)
      .map((count) => ({ images: splitImages(images, count), rows: allRows, columns: allColumns })),
    ...widths.flatMap((width) =>
      heights.map((height) => ({ images: oneImage, rows: height, columns: width })),
    ),
  ];
}
