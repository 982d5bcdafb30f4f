import type { SweepPoint, SweepResult } from '../engine/sweep/result.js';
import { inOrder } from './key-order.js';
import { FIGURES_ORDER } from './sweep-figures.js';

/** Changes when a field changes its name or meaning. */
export const SWEEP_SCHEMA = 'bitmac-sweep/1';

/** What was varied, how many points there were, and those that are listed. */
export function sweepJson(result: SweepResult, listed: readonly SweepPoint[]): string {
  const { model, hw, axes, where, optimize, objectives, gridPoints, skippedPoints, droppedPoints } = result;
  const points = listed.map(({ index, values, macUnits, sramBytes, figures, reason, paretoFront }) => ({
    index,
    fields: Object.fromEntries(axes.map(({ path }, axis) => [path, values[axis]!])),
    macUnits,
    sramBytes,
    figures: figures === null ? null : inOrder(figures, FIGURES_ORDER),
    reason,
    paretoFront,
  }));
  return JSON.stringify(
    {
      schema: SWEEP_SCHEMA,
      model,
      machine: hw,
      axes,
      where,
      optimize,
      objectives,
      gridPoints,
      skippedPoints,
      droppedPoints,
      points,
    },
    null,
    2,
  );
}
