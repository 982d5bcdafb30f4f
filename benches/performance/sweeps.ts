import { sweep, type IntGraph } from '../../src/index.js';
import { digits, measured, skipped, type Effort, type Results } from './results.js';
import { sampled, timed, type Sample } from './rounds.js';
import { integerGraph, NO_SHARED, sharedModel } from './shared-models.js';

const THOUSAND = {
  what: 'sweep of 1,000 points of mobilenetv1-vww in two threads, wall time',
  unit: 's',
  mark: { atMost: 10 },
} as const;
const GROWTH = {
  what: 'wall time for a point in a sweep of 10,000, of that in a sweep of 1,000',
  unit: '×',
  mark: { atMost: 1.1 },
} as const;

/** Sweeps take no longer than this in all of their rounds, which are fewer then. */
const PATIENCE_MS = 120_000;
/** The largest runs once, and not if it takes longer. */
const LARGEST_PATIENCE_MS = 480_000;

/** Array shapes x buffers x bandwidths, so many in all. */
function axesOf(count: number): string[] {
  const bandwidths = Array.from({ length: count / 100 }, (_, index) => `${4 + index}`);
  return [
    'array.rows=4,8,16,32,64',
    'array.columns=4,8,16,32,64',
    'activationBuffer.capacity=64KiB,128KiB',
    'weightBuffer.capacity=32KiB,64KiB',
    `dram.bandwidth=${bandwidths.map((each) => `${each} B/cycle`).join()}`,
  ];
}

const sweepOf = (graph: IntGraph, count: number): Promise<Sample> =>
  timed(() => sweep(graph, { hw: 'systolic-16x16-ws', vary: axesOf(count), threads: 2 }));

const cellsOf = (points: string, times: number, wallMs: number, cpuMs: number): string[] => [
  points,
  String(times),
  digits(wallMs / 1000),
  digits(cpuMs / 1000),
];

/** Sweeps of growing size, each in threads of its own, which have seen no machine before. */
export async function sweeps({ rounds }: Effort): Promise<Results> {
  const file = sharedModel('mobilenetv1-vww');
  if (file === null) return skipped([THOUSAND, GROWTH], NO_SHARED);
  const graph = await integerGraph(file);
  const measures = { hundred: () => sweepOf(graph, 100), thousand: () => sweepOf(graph, 1000) };
  const first = await sampled(measures, { rounds: 1, warmUp: 0 });
  const wallMs = first.medianMs('thousand', 'wallMs');
  const affordable = Math.max(1, Math.min(rounds, Math.floor(PATIENCE_MS / wallMs)));
  const taken = affordable === 1 ? first : await sampled(measures, { rounds: affordable, warmUp: 0 });
  const thousandMs = taken.medianMs('thousand', 'wallMs');
  const largest = 10 * wallMs < LARGEST_PATIENCE_MS ? await sweepOf(graph, 10_000) : null;
  const growth =
    largest === null
      ? skipped([GROWTH], `10,000 points would take about ${digits(wallMs / 6000)} minutes`).rows
      : [measured(GROWTH, largest.wallMs / thousandMs / 10)];
  return {
    rows: [measured(THOUSAND, thousandMs / 1000), ...growth],
    tables: [
      {
        title: 'Sweeps of mobilenetv1-vww',
        header: ['points', 'rounds', 'wall time, s', 'processor time of all threads, s'],
        cells: [
          cellsOf('100', affordable, taken.medianMs('hundred', 'wallMs'), taken.medianMs('hundred')),
          cellsOf('1,000', affordable, thousandMs, taken.medianMs('thousand')),
          ...(largest === null ? [] : [cellsOf('10,000', 1, largest.wallMs, largest.cpuMs)]),
        ],
      },
    ],
  };
}
