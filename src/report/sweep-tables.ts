import type { SweepPoint, SweepResult } from '../engine/sweep/result.js';
import { capacity, groupThousands, percent } from './numbers.js';
import { isSimulated, OBJECTIVE_FIGURES } from './sweep-figures.js';
import type { Table } from './table.js';

/** A row a point that was simulated: its values, its figures, a star where it is on the front. */
export function sweepTable({ axes }: SweepResult, points: readonly SweepPoint[]): Table {
  const { latency, energy, edp, dram } = OBJECTIVE_FIGURES;
  const figures = [latency, energy, edp];
  return {
    columns: [
      { header: ['#'], align: 'right', key: true },
      { header: [''], align: 'left', key: true },
      ...axes.map(({ path }) => ({ header: pathLines(path), align: 'right', key: true }) as const),
      { header: ['cycles'], align: 'right' },
      { header: ['latency'], align: 'right' },
      { header: ['energy'], align: 'right' },
      { header: ['energy', 'x delay'], align: 'right' },
      { header: ['utili-', 'zation'], align: 'right' },
      { header: ['DRAM', 'bytes'], align: 'right' },
      { header: ['MAC', 'units'], align: 'right' },
      { header: ['SRAM'], align: 'right' },
    ],
    rows: points
      .filter(isSimulated)
      .map((point) => [
        String(point.index),
        point.paretoFront ? '*' : '',
        ...point.values,
        groupThousands(point.figures.cycles),
        ...figures.map(({ valueOf, print }) => print(valueOf(point))),
        percent(point.figures.utilization),
        dram.print(dram.valueOf(point)),
        groupThousands(point.macUnits),
        capacity(point.sramBytes),
      ]),
  };
}

/** `weightBuffer.capacity` on two lines. */
function pathLines(path: string): string[] {
  const at = path.lastIndexOf('.');
  return at === -1 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}

/** `array.rows 16, array.columns 8`. */
export function valuesText({ axes }: SweepResult, { values }: SweepPoint): string {
  return axes.map(({ path }, axis) => `${path} ${values[axis]!}`).join(', ');
}
