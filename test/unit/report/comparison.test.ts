import { describe, expect, it } from 'vitest';
import { comparisonCsv } from '../../../src/report/comparison-csv.js';
import { comparisonJson } from '../../../src/report/comparison-json.js';
import { renderComparison, renderComparisonSummary } from '../../../src/report/comparison-text.js';
import { compareByModel, layersWon, type Comparison } from '../../../src/report/comparison.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { machineFixture } from '../../support/machine-fixture.js';
import {
  comparisonFixture,
  networkSketch,
  refusedFixture,
  simulationFixture,
} from '../../support/simulation-fixture.js';

const sketch = networkSketch(6);
const first = simulationFixture(sketch, { seed: 1, accelerator: machineFixture({ name: 'first' }) });
const second = simulationFixture(sketch, { seed: 2, accelerator: machineFixture({ name: 'second' }) });

it('sets machines side by side, with ratios to the first and the reason of every lead', () => {
  expect(`\n${renderComparison(comparisonFixture([first, second]))}`).toMatchInlineSnapshot(`
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
  const groups = compareByModel(comparisonFixture([first, other, second]));
  expect(groups.map(({ model, results }) => [model, results.length])).toEqual([
    ['fixture-net', 2],
    ['other', 1],
  ]);
});

it('compares time, not cycles, where clocks differ', () => {
  const twice = machineFixture({ name: 'twice', clockHertz: 1e9 });
  const [group] = compareByModel(comparisonFixture([first, { ...first, accelerator: twice }]));
  expect(layersWon(group!, 0)).toBe(0);
  expect(layersWon(group!, 1)).toBe(5);
  expect(renderComparison(comparisonFixture([first, { ...first, accelerator: twice }]))).toContain('45.0 µs');
});

it('calls equal machines equal, and takes host work out of the contest', () => {
  const host = simulationFixture([{ name: 'a' }, { name: 'b', placement: 'host' }]);
  const all = simulationFixture([{ name: 'a' }, { name: 'b' }]);
  const [group] = compareByModel(
    comparisonFixture([host, { ...all, layers: [host.layers[0]!, all.layers[1]!] }]),
  );
  expect(group!.layers.map(({ fastest, lead }) => [fastest, lead])).toEqual([
    [[0, 1], null],
    [[1], null],
  ]);
});

it('says where the fastest machine saves most', () => {
  const [group] = compareByModel(comparisonFixture([first, second]));
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
  const widths = renderComparison(comparisonFixture(results)).split('\n').map(textWidth);
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});

it('has the same figures as data', () => {
  const json = JSON.parse(comparisonJson(comparisonFixture([first, second]))) as {
    schema: string;
    models: { machines: { totals: { cycles: number }; cyclesRatio: number }[] }[];
  };
  expect(json.schema).toBe('bitmac-comparison/1');
  const [base, other] = json.models[0]!.machines;
  expect(base!.cyclesRatio).toBe(1);
  expect(other!.cyclesRatio).toBe(second.totals.cycles / first.totals.cycles);
  expect(comparisonCsv(comparisonFixture([first, second])).split('\n')).toHaveLength(1 + 2 * 7);
});

describe('several models, one of them refused by a machine', () => {
  const other = networkSketch(4);
  const [third, fourth] = [3, 4].map((seed) =>
    simulationFixture(other, { model: 'nets/other', seed, accelerator: second.accelerator }),
  );
  const comparison: Comparison = {
    outcomes: [
      ...comparisonFixture([first, second]).outcomes,
      refusedFixture({ ...third!, accelerator: first.accelerator }, 'found int16 weights'),
      ...comparisonFixture([fourth!]).outcomes,
    ],
    accuracies: new Map([['nets/other', { rows: 3000, top1Correct: 2718 }]]),
  };

  it('sets models against machines, a figure at a time, and says what cannot run and why', () => {
    expect(`\n${renderComparisonSummary(comparison)}`).toMatchInlineSnapshot(`
      "
      2 models on 2 machines

      A  first: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm, 256 MACs, 160 KiB of SRAM
      B  second: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm, 256 MACs, 160 KiB of SRAM

      Latency

      model             A        B
      ----------------------------
      fixture-net  335 µs   142 µs
      other             –  45.0 µs
      ----------------------------
      geomean /A    1.00x    0.42x

      Energy

      model              A        B
      -----------------------------
      fixture-net  22.9 µJ  12.5 µJ
      other              –  7.26 µJ
      -----------------------------
      geomean /A     1.00x    0.55x

      EDP

      model               A         B
      -------------------------------
      fixture-net  7.66 nJs  1.78 nJs
      other               –   327 pJs
      -------------------------------
      geomean /A      1.00x     0.23x

      Utilization

      model            A      B
      -------------------------
      fixture-net  63.9%  63.2%
      other            –  32.9%
      -------------------------
      geomean /A   1.00x  0.99x

      DRAM bytes

      model              A         B
      ------------------------------
      fixture-net  209 KiB   131 KiB
      other              –  96.2 KiB
      ------------------------------
      geomean /A     1.00x     0.63x

      First answers that are right

      model   rows  right  accuracy
      -----------------------------
      other  3,000  2,718    90.60%

      Cannot run

      A  nets/other on first: found int16 weights"
    `);
  });

  it('leaves the column of the machine empty where that model is told of alone, and ratios to it out', () => {
    const [, , text] = renderComparison(comparison).split('\n\n\n');
    expect(text).toContain('nets/other: 4 layers');
    expect(text).toContain('first answers that are right: 90.60%, 2,718 of 3,000');
    expect(text).toContain('   cannot run it: found int16 weights');
    expect(text).toMatch(/^latency +– +\S+ ms +–$/m);
    expect(text).toMatch(/^0 .* –  –  +load +B$/m);
    expect(text).toMatch(/Fastest, alone\n\nB {2}\d layers: second$/);
  });

  it('says the same in JSON and CSV', () => {
    const { models } = JSON.parse(comparisonJson(comparison)) as { models: Record<string, unknown>[] };
    expect(models.map(({ accuracy }) => accuracy)).toEqual([null, { rows: 3000, top1Correct: 2718 }]);
    expect(models[1]!['machines']).toMatchObject([
      { refusal: 'found int16 weights', totals: null, cyclesRatio: null },
      { refusal: null, totals: { cycles: fourth!.totals.cycles }, cyclesRatio: null, energyDelayRatio: null },
    ]);
    const [header, ...rows] = comparisonCsv(comparison)
      .split('\n')
      .map((line) => line.split(','));
    const cell = (row: readonly string[], column: string): string => row[header!.indexOf(column)]!;
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => header!.length));
    expect(rows.filter((row) => cell(row, 'refusal') !== '').map((row) => cell(row, 'row'))).toEqual([
      'refused',
    ]);
    const answered = rows.filter((row) => cell(row, 'rows') !== '');
    expect(answered.map((row) => [cell(row, 'row'), cell(row, 'top1Correct')])).toEqual([['total', '2718']]);
  });
});
