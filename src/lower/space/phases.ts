import type { ArrayShape } from '../workload/workload.js';
import { phaseTaps, type KernelAxis } from './axis.js';
import { countOfPhase, lengthOf } from './interval.js';
import type { PositionTile } from './position-split.js';

/** Output positions that share their taps: every `rowPeriod`-th row from `row` on, and likewise the columns. */
export interface Phase {
  readonly row: number;
  readonly rowPeriod: number;
  readonly column: number;
  readonly columnPeriod: number;
  readonly taps: number;
}

/** The phases of an operator: one with all taps, but for a transposed convolution with strides (see `phaseTaps`). */
export function phasesOf({ rows, columns }: Pick<ArrayShape, 'rows' | 'columns'>): readonly Phase[] {
  const ofRows = PHASES.get(rows) ?? new WeakMap<KernelAxis, readonly Phase[]>();
  PHASES.set(rows, ofRows);
  const phases = ofRows.get(columns) ?? phasesOfAxes(rows, columns);
  ofRows.set(columns, phases);
  return phases;
}

/** Asked for again and again, of the same axes. */
const PHASES = new WeakMap<KernelAxis, WeakMap<KernelAxis, readonly Phase[]>>();

function phasesOfAxes(rows: KernelAxis, columns: KernelAxis): Phase[] {
  const heights = phaseTaps(rows);
  const widths = phaseTaps(columns);
  return heights.flatMap((height, row) =>
    widths.map((width, column) => ({
      row,
      rowPeriod: heights.length,
      column,
      columnPeriod: widths.length,
      taps: height * width,
    })),
  );
}

/** Positions of a tile that are in the phase. */
export function phasePositions({ images, rows, columns }: PositionTile, phase: Phase): number {
  return (
    lengthOf(images) *
    countOfPhase(rows, phase.row, phase.rowPeriod) *
    countOfPhase(columns, phase.column, phase.columnPeriod)
  );
}
