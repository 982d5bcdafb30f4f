import type { Objective } from '../../engine/sweep/objectives.js';
import type { SweepPoint, SweepResult } from '../../engine/sweep/result.js';
import { unitFor } from '../numbers.js';
import { plural } from '../sections.js';
import {
  isSimulated,
  OBJECTIVE_FIGURES,
  objectivesText,
  type ObjectiveFigure,
  type SimulatedPoint,
} from '../sweep-figures.js';
import { sweepTable, valuesText } from '../sweep-tables.js';
import { sweepFacts } from '../sweep-text.js';
import { htmlTable } from './html-table.js';
import { legend } from './legend.js';
import { markup, type Markup } from './markup.js';
import { htmlPage } from './page.js';
import { scatterChart, type ScatterPoint } from './scatter.js';
import { factList } from './simulation-section.js';

/** A sweep as a page: every point in the picture, the listed ones in the table. The same result gives the same bytes. */
export function renderSweepPage(result: SweepResult, listed: readonly SweepPoint[]): string {
  const { model, hw } = result;
  const title = `${model} on ${hw}, varied`;
  const failed = listed.filter(({ figures }) => figures === null);
  const table = sweepTable(result, listed);
  return htmlPage(
    title,
    markup`<header>
<h1>${title}</h1>
<p class="lead">Simulated by bitmac, ${plural(result.gridPoints, 'point')} of a grid.</p>
</header>
<main>
${factList(sweepFacts(result))}
${scatterFigure(result)}
${table.rows.length === 0 ? markup`` : htmlTable(table, `Points; * no other is better in ${objectivesText(result)}`)}
${failed.length === 0 ? markup`` : failedList(result, failed)}
</main>`,
  );
}

/** The first two objectives of every point; nothing where none was simulated. */
function scatterFigure(result: SweepResult): Markup {
  const points = result.points.filter(isSimulated);
  if (points.length === 0) return markup``;
  const [x, y] = result.objectives as [Objective, Objective];
  const [across, up] = [measureOf(x, points), measureOf(y, points)];
  const front = points.filter(({ paretoFront }) => paretoFront);
  const hasLine = result.objectives.length === 2;
  const text = hasLine
    ? 'On the front no other point is as good in both and better in one. Numbers are those of the table.'
    : `The front is that of ${objectivesText(result)}; two of them are drawn. Numbers are those of the table.`;
  return markup`<figure>
<figcaption><strong>${capitalized(across.figure.label)} and ${up.figure.label}</strong>${text}</figcaption>
${legend([
  { label: 'on the front', colour: 'vermilion', figure: plural(front.length, 'point') },
  { label: 'not', colour: 'blue', figure: plural(points.length - front.length, 'point') },
])}
<div class="chart">${scatterChart({
    points: points.map((point) => scatterPoint(result, point, across, up)),
    x: across.title,
    y: up.title,
    front: hasLine ? frontLine(front, across, up) : [],
    description: `${capitalized(up.figure.label)} over ${across.figure.label} of ${plural(points.length, 'point')}, ${front.length} on the front`,
  })}</div>
</figure>`;
}

/** An objective in the unit of its axis. */
interface AxisMeasure {
  readonly figure: ObjectiveFigure;
  readonly title: string;
  readonly valueOf: (point: SimulatedPoint) => number;
}

function measureOf(objective: Objective, points: readonly SimulatedPoint[]): AxisMeasure {
  const figure = OBJECTIVE_FIGURES[objective];
  const largest = points.reduce((most, point) => Math.max(most, figure.valueOf(point)), 0);
  const { name, size } = unitFor(largest, figure.units);
  const title = name === '' ? figure.label : `${figure.label}, ${name}`;
  return { figure, title, valueOf: (point) => figure.valueOf(point) / size };
}

function scatterPoint(
  result: SweepResult,
  point: SimulatedPoint,
  across: AxisMeasure,
  up: AxisMeasure,
): ScatterPoint {
  const printed = [across, up].map(({ figure }) => figure.print(figure.valueOf(point)));
  return {
    x: across.valueOf(point),
    y: up.valueOf(point),
    isFront: point.paretoFront,
    label: String(point.index),
    text: `${point.index}: ${valuesText(result, point)}; ${printed.join(', ')}`,
  };
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Steps along the edge of what the front beats: between neighbours, the corner that is as bad as either in each objective. */
function frontLine(
  front: readonly SimulatedPoint[],
  across: AxisMeasure,
  up: AxisMeasure,
): readonly Corner[] {
  const points = front
    .map((point): Corner => ({ x: across.valueOf(point), y: up.valueOf(point) }))
    .sort((a, b) => a.x - b.x || a.y - b.y);
  return points.flatMap((point, index) => {
    const next = points[index + 1];
    if (next === undefined) return [point];
    return [point, across.figure.largerIsBetter ? { x: point.x, y: next.y } : { x: next.x, y: point.y }];
  });
}

function failedList(result: SweepResult, failed: readonly SweepPoint[]): Markup {
  return markup`<h3>Cannot run</h3>
<ul class="notes">${failed.map((point) => markup`<li>${point.index} <b>${valuesText(result, point)}</b>: ${point.reason!}</li>\n`)}</ul>`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
