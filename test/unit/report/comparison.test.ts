import { expect, it } from 'vitest';
import { comparisonCsv } from '../../../src/report/comparison-csv.js';
import { comparisonJson } from '../../../src/report/comparison-json.js';
import { renderComparison } from '../../../src/report/comparison-text.js';
import { compareByModel, layersWon } from '../../../src/report/comparison.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { machineFixture } from '../../support/machine-fixture.js';
import { networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

const sketch = networkSketch(6);
const first = simulationFixture(sketch, { seed: 1, accelerator: machineFixture({ name: 'first' }) });
const second = simulationFixture(sketch, { seed: 2, accelerator: machineFixture({ name: 'second' }) });

it('sets machines side by side, with ratios to the first and the reason of every lead', () => {
  expect(`\n${renderComparison([first, second])}`).toMatchInlineSnapshot(`
    "
    fixture-net: 6 layers, 27,389,920 MACs

    A  first: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm
    B  second: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm

    Totals (ratios to machine A)

                                A         B     /A
    ----------------------------------------------
    MAC units                 256       256  1.00x
    SRAM                  160 KiB   160 KiB  1.00x
    latency              0.335 ms  0.142 ms  0.42x
    inferences/s            2,984     7,029  2.36x
    TOPS                    0.163     0.162  0.99x
    TOPS/W                   2.40      1.84  0.77x
    EDP                  7.66 nJs  1.78 nJs  0.23x
    utilization             63.9%     63.2%  0.99x
    DRAM bytes            209 KiB   131 KiB  0.63x
    cycles                167,556    71,129  0.42x
      stream              142,666    50,727  0.36x
      fill                  7,964     2,716  0.34x
      drain                     0         0  1.00x
      weight load           9,096    11,009  1.21x
      requantize              571       205  0.36x
      vector                  232     1,497  6.45x
      stalled on load       5,354     3,760  0.70x
      stalled on store      1,339       941  0.70x
      idle                    334       274  0.82x
    energy                22.9 µJ   12.5 µJ  0.55x
      MACs                5.48 µJ   2.30 µJ  0.42x
      registers            662 nJ    280 nJ  0.42x
      accumulators         856 nJ    360 nJ  0.42x
      activation buffer    136 nJ   71.7 nJ  0.53x
      weight buffer        166 nJ    129 nJ  0.78x
      output buffer       29.0 nJ   14.1 nJ  0.49x
      DRAM                13.7 µJ   8.60 µJ  0.63x
      requantize           135 nJ   36.9 nJ  0.27x
      vector              2.59 nJ   16.8 nJ  6.47x
      leakage             1.68 µJ    711 nJ  0.42x

    Layers

                                 A       B         A         B
    #  layer                cycles  cycles     /A  bound by  bound by  fastest  saves most on
    ---------------------------------------------------------------------------------------------
    0  /stage0/conv1/Conv   44,977  52,413  1.17x  compute   compute   A        weight load 6,033
    1  /stage0/conv2/Conv   36,544   3,829  0.10x  compute   compute   B        stream 27,110
    2  /stage0/conv3/Conv   23,694   4,907  0.21x  compute   compute   B        stream 15,845
    3  /GlobalAveragePool      551   3,016  5.47x  vector    vector    A        vector 1,265
    5  /fc/Gemm             61,790   6,964  0.11x  compute   compute   B        stream 50,165
    ---------------------------------------------------------------------------------------------
       total               167,556  71,129  0.42x

    Fastest, alone

    A  2 layers: first
    B  3 layers: second"
  `);
});

it('groups by model, in the order given', () => {
  const other = simulationFixture(networkSketch(4), { model: 'other' });
  const groups = compareByModel([first, other, second]);
  expect(groups.map(({ model, results }) => [model, results.length])).toEqual([
    ['fixture-net', 2],
    ['other', 1],
  ]);
});

it('compares time, not cycles, where clocks differ', () => {
  const twice = machineFixture({ name: 'twice', clockHertz: 1e9 });
  const [group] = compareByModel([first, { ...first, accelerator: twice }]);
  expect(layersWon(group!, 0)).toBe(0);
  expect(layersWon(group!, 1)).toBe(5);
  expect(renderComparison([first, { ...first, accelerator: twice }])).toContain('45.0 µs');
});

it('calls equal machines equal, and takes host work out of the contest', () => {
  const host = simulationFixture([{ name: 'a' }, { name: 'b', placement: 'host' }]);
  const all = simulationFixture([{ name: 'a' }, { name: 'b' }]);
  const [group] = compareByModel([host, { ...all, layers: [host.layers[0]!, all.layers[1]!] }]);
  expect(group!.layers.map(({ fastest, lead }) => [fastest, lead])).toEqual([
    [[0, 1], null],
    [[1], null],
  ]);
});

it('says where the fastest machine saves most', () => {
  const [group] = compareByModel([first, second]);
  const layer = group!.layers[0]!;
  const [a, b] = [first, second].map(({ layers }) => layers[0]!);
  const { savedMostOn, secondsSaved } = layer.lead!;
  expect(secondsSaved).toBeCloseTo(Math.abs(a!.cycles - b!.cycles) / 500e6, 15);
  const sign = layer.fastest[0] === 0 ? 1 : -1;
  const saved = Object.entries(a!.cycleBreakdown).map(
    ([name, cycles]) => sign * (b!.cycleBreakdown[name as typeof savedMostOn] - cycles),
  );
  expect(Object.keys(a!.cycleBreakdown)[saved.indexOf(Math.max(...saved))]).toBe(savedMostOn);
});

it('fits 100 columns with nine machines and long names', () => {
  const results = Array.from({ length: 9 }, (_, seed) =>
    simulationFixture([...sketch, { name: 'n'.repeat(200) }], {
      seed,
      accelerator: machineFixture({ name: 'm'.repeat(200) }),
    }),
  );
  const widths = renderComparison(results).split('\n').map(textWidth);
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});

it('has the same figures as data', () => {
  const json = JSON.parse(comparisonJson([first, second])) as {
    schema: string;
    models: { machines: { totals: { cycles: number }; cyclesRatio: number }[] }[];
  };
  expect(json.schema).toBe('bitmac-comparison/1');
  const [base, other] = json.models[0]!.machines;
  expect(base!.cyclesRatio).toBe(1);
  expect(other!.cyclesRatio).toBe(second.totals.cycles / first.totals.cycles);
  expect(comparisonCsv([first, second]).split('\n')).toHaveLength(1 + 2 * 7);
});
