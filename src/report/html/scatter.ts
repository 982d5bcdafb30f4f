import { roundNumber } from '../numbers.js';
import { placeLabels, type Box, type Disc, type Place } from './label-placement.js';
import { markup, type Markup } from './markup.js';
import { linearScale, logScale, logTicks, px, rangeTicks } from './scale.js';

const WIDTH = 960;
const HEIGHT = 460;
const LEFT = 92;
const RIGHT = 24;
const TOP = 16;
const BOTTOM = 54;
const RADIUS = 3.5;
const FRONT_RADIUS = 5.5;
const LABELLED_POINTS = 40;
const DIGIT = 6.8;
/** Values that spread over more than this factor get a logarithmic axis. */
const WIDE = 8;

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly isFront: boolean;
  /** Stands beside a point of the front. */
  readonly label: string;
  /** Shown where a pointer rests on it. */
  readonly text: string;
}

export interface Scatter {
  readonly points: readonly ScatterPoint[];
  /** Titles of the axes, with units. */
  readonly x: string;
  readonly y: string;
  /** Corners of the line through the front; none where the picture does not show all that it depends on. */
  readonly front: readonly { readonly x: number; readonly y: number }[];
  readonly description: string;
}

interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A point a machine; the front in another colour, numbered, and a line through it. */
export function scatterChart({ points, x, y, front, description }: Scatter): Markup {
  const across = axisOf(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const up = axisOf(
    points.map((point) => point.y),
    HEIGHT - BOTTOM,
    TOP,
  );
  const corners = front.map((corner): Place => ({ x: across.at(corner.x), y: up.at(corner.y) }));
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">
${grid(across, up, x, y)}
${discs(points, across, up, corners)}
</svg>`;
}

function axisOf(values: readonly number[], from: number, to: number): Axis {
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const isWide = min > 0 && max / min > WIDE;
  const ticks = isWide ? logTicks(min / 1.1, max * 1.1) : rangeTicks(...padded(min, max), 8);
  const scale = isWide ? logScale : linearScale;
  return { at: scale(ticks[0]!, ticks.at(-1)!, from, to), ticks };
}

/** Some room around the values, but none below zero. */
function padded(min: number, max: number): [number, number] {
  const room = (max - min || Math.abs(max) || 1) * 0.05;
  return [min >= 0 ? Math.max(0, min - room) : min - room, max + room];
}

function grid(across: Axis, up: Axis, x: string, y: string): Markup {
  const middle = (HEIGHT - BOTTOM + TOP) / 2;
  return markup`${across.ticks.map(
    (
      tick,
    ) => markup`<line class="grid" x1="${across.at(tick)}" x2="${across.at(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>
<text class="tick middle" x="${across.at(tick)}" y="${HEIGHT - BOTTOM + 18}">${roundNumber(tick)}</text>
`,
  )}${up.ticks.map(
    (
      tick,
    ) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${up.at(tick)}" y2="${up.at(tick)}"/>
<text class="tick end" x="${LEFT - 8}" y="${px(up.at(tick) + 4)}">${roundNumber(tick)}</text>
`,
  )}<text class="axis-title" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}">${x}</text>
<text class="axis-title" x="14" y="${middle}" transform="rotate(-90 14 ${middle})">${y}</text>`;
}

/** The front and its line on top. Its points are labelled, as many as find room. */
function discs(points: readonly ScatterPoint[], across: Axis, up: Axis, corners: readonly Place[]): Markup {
  const front = points.filter(({ isFront }) => isFront);
  const others = points.filter(({ isFront }) => !isFront);
  const drawn = [...front, ...others].map(({ x, y, isFront }): Disc => ({
    x: across.at(x),
    y: up.at(y),
    radius: isFront ? FRONT_RADIUS : RADIUS,
  }));
  const labelled = front.slice(0, LABELLED_POINTS);
  const places = placeLabels(
    drawn,
    labelled.map(({ label }) => label.length * DIGIT),
    lineBoxes(corners),
  );
  const disc = (point: ScatterPoint, order: number): Markup => {
    const { x, y, radius } = drawn[order]!;
    const colour = point.isFront ? 'vermilion' : 'blue';
    return markup`<circle class="${colour} point" cx="${x}" cy="${y}" r="${radius}"><title>${point.text}</title></circle>
`;
  };
  return markup`${others.map((point, order) => disc(point, front.length + order))}${frontLine(corners)}${front.map(disc)}${labelled.map(
    ({ label }, order) => {
      const place = places[order]!;
      return place === null
        ? markup``
        : markup`<text class="point-label middle" x="${px(place.x)}" y="${px(place.y + 4)}">${label}</text>\n`;
    },
  )}`;
}

function frontLine(corners: readonly Place[]): Markup {
  if (corners.length < 2) return markup``;
  return markup`<polyline class="front" points="${corners.map(({ x, y }) => `${x},${y}`).join(' ')}"/>\n`;
}

/** What labels keep clear of: the parts of the line, each upright or level. */
function lineBoxes(corners: readonly Place[]): Box[] {
  return corners.slice(1).map(({ x, y }, index) => {
    const from = corners[index]!;
    return {
      left: Math.min(x, from.x) - 1,
      right: Math.max(x, from.x) + 1,
      top: Math.min(y, from.y) - 1,
      bottom: Math.max(y, from.y) + 1,
    };
  });
}
