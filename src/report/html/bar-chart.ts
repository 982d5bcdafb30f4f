import { share } from '../numbers.js';
import { printable, shorten, textWidth } from '../plain-text.js';
import type { Colour } from './palette.js';
import { markup, type Markup } from './markup.js';
import { linearTicks, px } from './scale.js';

export interface Series {
  readonly label: string;
  readonly colour: Colour;
}

export interface Bar {
  readonly label: string;
  /** One value a series, none negative. */
  readonly values: readonly number[];
}

export interface Axis {
  readonly title: string;
  readonly printTick: (value: number) => string;
  /** For tooltips, with the unit. */
  readonly printValue: (value: number) => string;
}

export interface BarChart {
  /** What a screen reader says of the picture. */
  readonly description: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  readonly axis: Axis;
}

const WIDTH = 960;
const TOP = 14;
const LEFT = 92;
const RIGHT = 12;
const PLOT_HEIGHT = 260;
const WIDEST_BAR = 72;
/** Of a character of a label, on average. */
const CHARACTER = 6.1;
const LONGEST_LABEL = 22;
/** Between labels that stand next to each other at an angle. */
const LABEL_PITCH = 17;

/** Bars of stacked values, one a label, over a common axis. */
export function barChart(chart: BarChart): Markup {
  const { bars, description } = chart;
  const slot = (WIDTH - LEFT - RIGHT) / bars.length;
  const totals = bars.map(({ values }) => sum(values));
  const ticks = linearTicks(Math.max(...totals), 5);
  const y = (value: number): number => px(TOP + PLOT_HEIGHT * (1 - value / ticks.at(-1)!));
  const labels = labelLayout(bars, slot);
  const height = TOP + PLOT_HEIGHT + labels.height;
  return markup`<svg viewBox="0 0 ${WIDTH} ${px(height)}" role="img" aria-label="${description}">
${axisMarks(chart.axis, ticks, y)}
${bars.map((bar, index) => stack(chart, bar, LEFT + slot * (index + 0.5), slot, y))}
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(0)}" y2="${y(0)}"/>
${labels.marks}
</svg>`;
}

function axisMarks(
  { title, printTick }: Axis,
  ticks: readonly number[],
  y: (value: number) => number,
): Markup {
  const middle = px(TOP + PLOT_HEIGHT / 2);
  return markup`${ticks.map(
    (tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="tick end" x="${LEFT - 8}" y="${px(y(tick) + 4)}">${printTick(tick)}</text>
`,
  )}<text class="axis-title" x="14" y="${middle}" transform="rotate(-90 14 ${middle})">${title}</text>`;
}

/** The values of a bar on top of each other. Neighbours share the rounded position of their border: the heights add up. */
function stack(
  { series, axis: { printValue } }: BarChart,
  { label, values }: Bar,
  centre: number,
  slot: number,
  y: (value: number) => number,
): Markup {
  const width = Math.min(slot * 0.74, WIDEST_BAR);
  const x = px(centre - width / 2);
  const total = sum(values);
  if (total === 0) return markup``;
  let below = 0;
  const parts = values.map((value, index) => {
    const bottom = y(below);
    below += value;
    const top = y(below);
    if (value === 0) return markup``;
    const { label: name, colour } = series[index]!;
    return markup`<rect class="${colour}" x="${x}" y="${top}" width="${px(width)}" height="${px(bottom - top)}"><title>${label}: ${name} ${printValue(value)} (${share(value, total)} of ${printValue(total)})</title></rect>
`;
  });
  return markup`<g>${parts}<rect class="outline" x="${x}" y="${y(total)}" width="${px(width)}" height="${px(y(0) - y(total))}"/></g>
`;
}

/** Level where there is room, else at an angle; where even that is too close, every second, third … label only. */
function labelLayout(bars: readonly Bar[], slot: number): { marks: readonly Markup[]; height: number } {
  const base = TOP + PLOT_HEIGHT;
  const texts = bars.map(({ label }) => shorten(printable(label), LONGEST_LABEL));
  const longest = Math.max(...texts.map(textWidth)) * CHARACTER;
  const centres = bars.map((_, index) => px(LEFT + slot * (index + 0.5)));
  if (longest < slot - 8) {
    const marks = texts.map(
      (
        text,
        index,
      ) => markup`<text class="label middle" x="${centres[index]!}" y="${base + 18}">${text}</text>
`,
    );
    return { marks, height: 30 };
  }
  const every = Math.ceil(LABEL_PITCH / slot);
  const marks = texts.map((text, index) => {
    if (index % every !== 0) return markup``;
    const x = px(centres[index]! + 4);
    return markup`<text class="label end" x="${x}" y="${base + 14}" transform="rotate(-50 ${x} ${base + 14})">${text}</text>
`;
  });
  return { marks, height: px(24 + longest * Math.sin((50 * Math.PI) / 180)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
