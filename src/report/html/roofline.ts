import { groupThousands, percent, roundNumber, setting, threeDigits } from '../numbers.js';
import { placeLabels, type Box, type Disc } from './label-placement.js';
import { markup, type Markup } from './markup.js';
import { BOUND_COLOURS } from './palette.js';
import type { Roofline, RooflinePoint } from './roofline-points.js';
import { logScale, logTicks, px } from './scale.js';

const WIDTH = 960;
const HEIGHT = 440;
const LEFT = 92;
const RIGHT = 20;
const TOP = 16;
const BOTTOM = 54;
/** Radius of a layer that takes all the time. Where no layer takes much, discs are larger: the longest gets the least radius below. */
const WHOLE_RADIUS = 44;
const LONGEST_LEAST_RADIUS = 11;
const SMALLEST_RADIUS = 2.5;
/** Only so many discs are labelled, the largest. */
const LABELLED_DISCS = 16;
const DIGIT = 6.8;
/** Room around the points, as a factor. */
const MARGIN = 1.6;

interface Axes {
  readonly x: (macsPerByte: number) => number;
  readonly y: (macsPerCycle: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** MACs a cycle over MACs per DRAM byte, both logarithmic; under a roof made by DRAM on the left and by the array on the right. */
export function rooflineChart(roofline: Roofline, description: string): Markup {
  const axes = axesOf(roofline);
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">
${grid(axes)}
${roof(roofline, axes)}
${layers(roofline.points, axes, roofBoxes(roofline, axes))}
</svg>`;
}

function axesOf({ points, ridge, peak }: Roofline): Axes {
  const intensities = [ridge, ...points.map(({ macsPerByte }) => macsPerByte)];
  const speeds = [peak, ...points.map(({ macsPerCycle }) => macsPerCycle)];
  const xTicks = logTicks(Math.min(...intensities) / MARGIN, Math.max(...intensities) * MARGIN);
  const yTicks = logTicks(Math.min(...speeds) / MARGIN, Math.max(...speeds) * MARGIN);
  return {
    x: logScale(xTicks[0]!, xTicks.at(-1)!, LEFT, WIDTH - RIGHT),
    y: logScale(yTicks[0]!, yTicks.at(-1)!, HEIGHT - BOTTOM, TOP),
    xTicks,
    yTicks,
  };
}

function grid({ x, y, xTicks, yTicks }: Axes): Markup {
  const middle = (HEIGHT - BOTTOM + TOP) / 2;
  return markup`${xTicks.map(
    (tick) => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>
<text class="tick middle" x="${x(tick)}" y="${HEIGHT - BOTTOM + 18}">${tickText(tick, xTicks)}</text>
`,
  )}${yTicks.map(
    (tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="tick end" x="${LEFT - 8}" y="${px(y(tick) + 4)}">${tickText(tick, yTicks)}</text>
`,
  )}<text class="axis-title" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}">MACs per DRAM byte</text>
<text class="axis-title" x="14" y="${middle}" transform="rotate(-90 14 ${middle})">MACs per cycle</text>`;
}

/** Over many decades only powers of ten are named. */
function tickText(tick: number, ticks: readonly number[]): string {
  const isPower = /^(0\.0*)?10*$/.test(String(tick));
  if (ticks.length > 13 && !isPower) return '';
  return roundNumber(tick);
}

/** DRAM's slope up to the ridge, the array's peak from there on, both named. */
function roof({ peak, ridge, dramBytesPerCycle }: Roofline, { x, y, xTicks, yTicks }: Axes): Markup {
  const start = Math.max(xTicks[0]!, yTicks[0]! / dramBytesPerCycle);
  const [x0, y0] = [x(start), y(start * dramBytesPerCycle)];
  const [x1, y1] = [x(ridge), y(peak)];
  const right = WIDTH - RIGHT;
  const angle = px((Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI);
  const [xm, ym] = [px((x0 + x1) / 2), px((y0 + y1) / 2 - 8)];
  return markup`<line class="ridge" x1="${x1}" x2="${x1}" y1="${y1}" y2="${HEIGHT - BOTTOM}"/>
<polyline class="roof" points="${x0},${y0} ${x1},${y1} ${right},${y1}"><title>The most MACs per cycle this machine can do</title></polyline>
<text class="note middle" x="${xm}" y="${ym}" transform="rotate(${angle} ${xm} ${ym})">DRAM: ${setting(dramBytesPerCycle)} B/cycle</text>
<text class="note end" x="${right - 6}" y="${y1 - 8}">array: ${groupThousands(peak)} MAC/cycle</text>
<text class="note" x="${x1 + 6}" y="${HEIGHT - BOTTOM - 8}">ridge: ${setting(ridge)} MAC/B</text>`;
}

/** The peak and its label, which labels of layers keep clear of. */
function roofBoxes({ peak, ridge }: Roofline, { x, y }: Axes): Box[] {
  const right = WIDTH - RIGHT;
  return [
    { left: x(ridge), right, top: y(peak) - 1, bottom: y(peak) + 1 },
    { left: right - 170, right, top: y(peak) - 22, bottom: y(peak) },
  ];
}

function layers(points: readonly RooflinePoint[], { x, y }: Axes, taken: readonly Box[]): Markup {
  const longest = Math.sqrt(points[0]!.share);
  const scale = Math.max(WHOLE_RADIUS * longest, LONGEST_LEAST_RADIUS) / longest;
  const discs = points.map(({ macsPerByte, macsPerCycle, share }): Disc => ({
    x: x(macsPerByte),
    y: y(macsPerCycle),
    radius: px(Math.max(SMALLEST_RADIUS, scale * Math.sqrt(share))),
  }));
  const labels = points.slice(0, LABELLED_DISCS).map(labelText);
  const widths = labels.map((label) => label.length * DIGIT);
  const places = placeLabels(discs, widths, taken);
  return markup`${points.map((point, order) => {
    const { x: cx, y: cy, radius } = discs[order]!;
    return markup`<circle class="${BOUND_COLOURS[point.bound]} point" cx="${cx}" cy="${cy}" r="${radius}"><title>${pointText(point)}</title></circle>
`;
  })}${labels.map((label, order) => {
    const place = places[order]!;
    return place === null
      ? markup``
      : markup`<text class="point-label middle" x="${px(place.x)}" y="${px(place.y + 4)}">${label}</text>\n`;
  })}`;
}

/** The number of its first layer, and how many they are. */
function labelText({ layers }: RooflinePoint): string {
  return layers.length === 1 ? `${layers[0]!.index}` : `${layers[0]!.index} ×${layers.length}`;
}

function pointText({ layers, macsPerByte, macsPerCycle, share, bound }: RooflinePoint): string {
  const names = layers.map(({ index, name }) => `${index} ${name}`).join(', ');
  const figures = `${threeDigits(macsPerCycle)} MAC/cycle at ${threeDigits(macsPerByte)} MAC/B`;
  return `${names}: ${figures}, ${percent(share)} of the time, bound by ${bound}`;
}
