import { tileSizes } from './space/interval.js';
import { splitAxis, splitImages, type PositionSpace, type PositionSplit } from './space/position-split.js';

/** Of the widths of which some tile fits, how many are tried, from the widest; of each, how many heights, from the tallest. */
const WIDTHS_TRIED = 3;
const HEIGHTS_TRIED = 6;

/**
 * Cuts the positions in every way worth trying, larger tiles first, and collects what `attempt` makes of them: nothing
 * where a tile does not fit.
 */
export function searchPositions<M>(
  space: PositionSpace,
  attempt: (positions: PositionSplit) => readonly M[],
): M[] {
  const found: M[] = [];
  let widthsTried = 0;
  for (const chain of positionChains(space)) {
    let heightsTried = 0;
    let wholeHeightFits = false;
    for (const positions of chain) {
      const mappings = attempt(positions);
      if (mappings.length === 0) continue;
      found.push(...mappings);
      wholeHeightFits ||= positions.rows.tiles.length === 1;
      heightsTried += 1;
      if (heightsTried === HEIGHTS_TRIED) break;
    }
    if (heightsTried > 0) widthsTried += 1;
    // Narrower tiles are of use where these would have to be lower.
    if (wholeHeightFits || widthsTried === WIDTHS_TRIED) break;
  }
  return found;
}

/**
 * Ways to cut the positions, one chain a width: whole rows first, then narrower columns. Within a chain tiles shrink:
 * fewer images, then fewer rows of one image.
 */
function* positionChains(space: PositionSpace): Generator<Iterable<PositionSplit>> {
  for (const width of tileSizes(space.columns.outputExtent)) yield chainOfWidth(space, width);
}

function* chainOfWidth(space: PositionSpace, width: number): Generator<PositionSplit> {
  const columns = splitAxis(space.columns, width);
  const allRows = splitAxis(space.rows, space.rows.outputExtent);
  const isWhole = width === space.columns.outputExtent;
  for (const count of tileSizes(space.images)) {
    if (isWhole || count === 1) yield { images: splitImages(space.images, count), rows: allRows, columns };
  }
  const images = splitImages(space.images, 1);
  for (const height of tileSizes(space.rows.outputExtent)) {
    if (height < space.rows.outputExtent) yield { images, rows: splitAxis(space.rows, height), columns };
  }
}
