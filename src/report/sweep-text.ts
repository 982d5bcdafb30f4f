import type { SweepPoint, SweepResult } from '../engine/sweep/result.js';
import { groupThousands } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, nodeLine, plural, section, type Fact } from './sections.js';
import { isSimulated, objectivesText } from './sweep-figures.js';
import { sweepTable, valuesText } from './sweep-tables.js';
import { renderTable } from './table.js';

/** The points listed as a table, those that cannot run with their reasons. */
export function renderSweep(result: SweepResult, listed: readonly SweepPoint[]): string {
  const table = sweepTable(result, listed);
  const failed = listed.filter(({ figures }) => figures === null);
  return [
    ...wrap(`${result.model} on ${result.hw}, varied: ${plural(result.gridPoints, 'point')}`),
    '',
    ...factLines(sweepFacts(result)),
    ...section(`Points (* no other is better in ${objectivesText(result)})`, tableLines(table)),
    ...section(
      'Cannot run',
      failed.flatMap((point) => nodeLine(point.index, `${valuesText(result, point)}: ${point.reason!}`)),
    ),
  ].join('\n');
}

function tableLines(table: Parameters<typeof renderTable>[0]): string[] {
  return table.rows.length === 0 ? [] : renderTable(table);
}

/** What was varied and what came of it. */
export function sweepFacts(result: SweepResult): readonly Fact[] {
  const { axes, where, points, skippedPoints, droppedPoints } = result;
  const simulated = points.filter(isSimulated);
  const front = simulated.filter(({ paretoFront }) => paretoFront);
  const facts: Fact[] = [
    ...axes.map(({ path, values }) => ({ name: path, value: values.join(', ') })),
    { name: 'where', value: where ?? '' },
    { name: 'excluded by fields', value: counted(skippedPoints) },
    { name: 'excluded by results', value: counted(droppedPoints) },
    { name: 'cannot run', value: counted(points.length - simulated.length) },
    { name: 'on the front', value: `${groupThousands(front.length)} of ${groupThousands(simulated.length)}` },
  ];
  return facts.filter(({ value }) => value !== '');
}

/** Nothing for none. */
function counted(count: number): string {
  return count === 0 ? '' : plural(count, 'point');
}
