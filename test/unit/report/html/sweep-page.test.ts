import { expect, it } from 'vitest';
import type { Objective } from '../../../../src/engine/sweep/objectives.js';
import type { SweepPoint, SweepResult } from '../../../../src/engine/sweep/result.js';
import { renderSweepPage } from '../../../../src/report/html/sweep-page.js';

interface Place {
  readonly cycles: number;
  readonly energy: number;
  readonly utilization?: number;
  readonly isFront?: boolean;
}

function point({ cycles, energy, utilization = 0.5, isFront = false }: Place, index: number): SweepPoint {
  return {
    index,
    values: [`<${index}>`],
    macUnits: 64,
    sramBytes: 1024,
    figures: {
      cycles,
      latencyMilliseconds: cycles / 1e3,
      energyPicojoules: energy * 1e6,
      energyDelayJouleSeconds: 1e-9,
      utilization,
      dramBytes: 1,
      macs: 1,
      inferencesPerSecond: 1,
      teraOperationsPerSecond: 1,
      teraOperationsPerSecondPerWatt: 1,
    },
    reason: null,
    paretoFront: isFront,
  };
}

function page(places: readonly Place[], objectives: readonly Objective[] = ['latency', 'energy']): string {
  const points = places.map(point);
  const result: SweepResult = {
    model: 'a & b',
    hw: 'base',
    axes: [{ path: 'array.rows', values: points.flatMap(({ values }) => values) }],
    where: null,
    optimize: 'latency' as const,
    objectives,
    gridPoints: points.length,
    skippedPoints: 0,
    droppedPoints: 0,
    points,
  };
  return renderSweepPage(result, points);
}

/** Positions on the line through the front, and of the discs of its points. */
function drawing(html: string): {
  readonly line: string[];
  readonly front: string[];
  readonly others: number;
} {
  const line = /<polyline class="front" points="([^"]*)"/.exec(html)?.[1]?.split(' ') ?? [];
  const front = html.matchAll(/class="vermilion point" cx="([^"]*)" cy="([^"]*)"/g);
  return {
    line,
    front: Array.from(front, ([, x, y]) => `${x},${y}`),
    others: html.match(/class="blue point"/g)?.length ?? 0,
  };
}

const THREE: readonly Place[] = [
  { cycles: 30, energy: 1, isFront: true },
  { cycles: 10, energy: 3, isFront: true },
  { cycles: 20, energy: 2, isFront: true },
  { cycles: 30, energy: 3 },
];

it('draws every point, and the front as steps from point to point in the order of the first objective', () => {
  const { line, front, others } = drawing(page(THREE));
  expect([line.length, others]).toEqual([5, 1]);
  expect([line[0], line[2], line[4]]).toEqual([front[1], front[2], front[0]]);
  const [x0, y0] = line[0]!.split(',');
  const [x2] = line[2]!.split(',');
  expect(line[1]).toBe(`${x2},${y0}`);
  expect(Number(x0)).toBeLessThan(Number(x2));
});

it('turns the steps where more is better', () => {
  const places = [
    { cycles: 10, energy: 1, utilization: 0.2, isFront: true },
    { cycles: 20, energy: 1, utilization: 0.4, isFront: true },
  ];
  const { line } = drawing(page(places, ['utilization', 'latency']));
  const [left, corner, right] = line.map((place) => place.split(','));
  expect(corner).toEqual([left![0], right![1]]);
});

it('draws no line where the front depends on what is not drawn', () => {
  expect(drawing(page(THREE, ['latency', 'energy', 'sram'])).line).toEqual([]);
});

it('names axes with units, and escapes what users wrote', () => {
  const html = page(THREE);
  expect(html).toContain('>latency, µs</text>');
  expect(html).toContain('>energy, µJ</text>');
  expect(html).toContain('0: array.rows &lt;0&gt;; 30.0 µs, 1.00 µJ');
  expect(html).not.toContain('<0>');
});

it.each([
  { why: 'one point', places: [{ cycles: 10, energy: 1, isFront: true }] },
  {
    why: 'zeros',
    places: [
      { cycles: 0, energy: 0, isFront: true },
      { cycles: 0, energy: 0, isFront: true },
    ],
  },
  {
    why: 'a wide spread',
    places: [
      { cycles: 1, energy: 1e6, isFront: true },
      { cycles: 1e9, energy: 1e-3, isFront: true },
    ],
  },
])('has finite positions for $why', ({ places }) => {
  const html = page(places);
  expect(html).not.toMatch(/NaN|Infinity/);
  const positions = drawing(html).front.flatMap((place) => place.split(',').map(Number));
  expect(positions).toHaveLength(2 * places.length);
  expect(positions.every((position) => position >= 0 && position <= 960)).toBe(true);
});

it('has no picture where nothing was simulated', () => {
  expect(page([])).not.toContain('<svg');
});
