import { expect, it } from 'vitest';
import { performancePage } from '../../../benches/performance/page.js';
import { measured, skipped, type Claim } from '../../../benches/performance/results.js';
import { sampled } from '../../../benches/performance/rounds.js';

const conditions = {
  processor: 'some processor',
  coreCount: 2,
  versions: 'Node 20',
  loadAverage: 0.1,
  joinsVectors: false,
  rounds: 9,
};
const ratio: Claim = { what: 'a ratio', unit: '×', mark: { atLeast: 4 } };
const time: Claim = { what: 'a time', unit: 'ms', mark: { atMost: 60 } };

function verdictsOf(...rows: ReturnType<typeof measured>[]): string[] {
  const page = performancePage([{ rows, tables: [] }], conditions);
  return page.split('\n').filter((line) => line.startsWith('| a '));
}

it('says of each mark whether it is met and, where not, how far the figure is from it', () => {
  const rows = [measured(ratio, 4), measured(ratio, 3), measured(time, 60), measured(time, 90, 'why')];
  expect(verdictsOf(...rows)).toEqual([
    '| a ratio | 4.00 × | ≥ 4 × | met |  |',
    '| a ratio | 3.00 × | ≥ 4 × | **missed**, 0.750 of the mark |  |',
    '| a time | 60.0 ms | ≤ 60 ms | met |  |',
    '| a time | 90.0 ms | ≤ 60 ms | **missed**, 1.50 of the mark | why |',
  ]);
});

it('has ratios before times, shows what was skipped, and judges no figure without a mark', () => {
  const rows = [...skipped([time], 'no models').rows, measured({ ...ratio, mark: null }, 1234.5)];
  expect(verdictsOf(...rows)).toEqual([
    '| a ratio | 1235 × |  |  |  |',
    '| a time | skipped | ≤ 60 ms |  | no models |',
  ]);
});

it('compares what ran in the same round, and lets warming up count for nothing', async () => {
  const times = { slow: [1000, 30, 20, 900], fast: [1, 10, 20, 300] };
  const next = (name: 'slow' | 'fast') => () => ({ cpuMs: times[name].shift()!, wallMs: 0 });
  const taken = await sampled({ slow: next('slow'), fast: next('fast') }, { rounds: 3, warmUp: 1 });
  expect([taken.medianMs('slow'), taken.medianMs('fast'), taken.ratio('slow', 'fast')]).toEqual([30, 20, 3]);
});
