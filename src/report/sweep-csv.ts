import type { PointFigures, SweepPoint, SweepResult } from '../engine/sweep/result.js';
import { csv, type CsvRecord } from './csv.js';
import { FIGURES_ORDER } from './sweep-figures.js';

const NAMES = Object.keys(FIGURES_ORDER) as (keyof PointFigures)[];

/** A row a point: a column for each field that is varied, then the figures; where it cannot run they are empty, and a reason is there. */
export function sweepCsv({ model, hw, axes }: SweepResult, listed: readonly SweepPoint[]): string {
  const columns = ['model', 'machine', 'point', ...axes.map(({ path }) => path), 'macUnits', 'sramBytes'];
  const header = [...columns, ...NAMES, 'paretoFront', 'reason'];
  if (listed.length === 0) return header.join(',');
  return csv(
    listed.map(({ index, values, macUnits, sramBytes, figures, reason, paretoFront }): CsvRecord => ({
      model,
      machine: hw,
      point: index,
      ...Object.fromEntries(axes.map(({ path }, axis) => [path, values[axis]!])),
      macUnits,
      sramBytes,
      ...Object.fromEntries(NAMES.map((name) => [name, figures?.[name] ?? null])),
      paretoFront: paretoFront ? 1 : 0,
      reason,
    })),
  );
}
