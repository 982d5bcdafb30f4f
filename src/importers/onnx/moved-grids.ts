import type { Quantization } from '../../ir/graph.js';
import type { Slice } from '../../ir/ops/movement.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { axisGroups } from './layout/reshape-view.js';

/** The grid of codes that are moved; null where scales per index of one axis no longer say it. */
export type MoveGrid = (grid: Quantization) => Quantization | null;

/** A reshape may merge the axis of the scales with others, or put extents of 1 beside it. */
export function reshapedGrid(grid: Quantization, before: Shape, after: Shape): Quantization | null {
  const { axis, scales } = grid;
  if (axis === null) return grid;
  if (elementCount(before) === 0) return null;
  const group = axisGroups(before, after).find(({ from }) => from.includes(axis));
  if (group === undefined || group.to.length !== 1) return null;
  const merged = group.to[0]!;
  const run = elementCount(group.from.filter((other) => other > axis).map((other) => before[other]!));
  return {
    ...grid,
    axis: merged,
    scales: Array.from(
      { length: after[merged]! },
      (_, index) => scales[Math.floor(index / run) % scales.length]!,
    ),
  };
}

export function slicedGrid(
  grid: Quantization,
  { starts, sizes, steps }: Pick<Slice, 'starts' | 'sizes' | 'steps'>,
): Quantization {
  const { axis, scales } = grid;
  if (axis === null) return grid;
  const chosen = Array.from({ length: sizes[axis]! }, (_, index) => starts[axis]! + index * steps[axis]!);
  return { ...grid, scales: chosen.map((index) => scales[index]!) };
}

/** `indicesRank` axes stand in the place of the one that is chosen from. */
export function gatheredGrid(
  grid: Quantization,
  gatherAxis: number,
  indices: readonly number[],
  indicesRank: number,
): Quantization | null {
  const { axis, scales } = grid;
  if (axis === null || axis < gatherAxis) return grid;
  if (axis > gatherAxis) return { ...grid, axis: axis + indicesRank - 1 };
  if (indicesRank > 1) return null;
  return { ...grid, axis: indicesRank === 0 ? null : axis, scales: indices.map((index) => scales[index]!) };
}
