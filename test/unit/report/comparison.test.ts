import { expect, it } from 'vitest';
import { comparisonCsv } from '../../../src/report/comparison-csv.js';
import { comparisonJson } from '../../../src/report/comparison-json.js';
import { renderComparison } from '../../../src/report/comparison-text.js';
import { compareByModel, layersWon } from '../../../src/report/comparison.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { machineFixture, networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

const sketch = networkSketch(6);
const first = simulationFixture(sketch, { seed: 1, accelerator: machineFixture({ name: 'first' }) });
const second = simulationFixture(sketch, { seed: 2, accelerator: machineFixture({ name: 'second' }) });

it('sets machines side by side, with ratios to the first and the reason of every lead', () => {
  expect(`\n${renderComparison([first, second])}`).toMatchInlineSnapshot(`
    "
    fixture-net: 6 layers, 23,546,718 MACs

    A  first: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm
    B  second: 16 x 16 dot-product, weight-stationary, 500 MHz, fixture-22nm

    Totals (ratios to machine A)

                                A         B     /A
    ----------------------------------------------
    latency              0.291 ms  0.289 ms  0.99x
    inferences/s            3,433     3,464  1.01x
    TOPS                    0.162     0.165  1.02x
    TOPS/W                   1.91      2.25  1.18x
    utilization             63.1%     64.6%  1.02x
    DRAM bytes            254 KiB   203 KiB  0.80x
    cycles                145,666   144,325  0.99x
      stream              105,817   106,583  1.01x
      fill                  6,453     3,972  0.62x
      weight load          12,600    23,940  1.90x
      requantize              524       485  0.93x
      vector                1,482       732  0.49x
      stalled on load      16,681     7,049  0.42x
      stalled on store      1,855     1,342  0.72x
      idle                    254       222  0.87x
    energy                24.7 µJ   21.3 µJ  0.86x
      MACs                4.71 µJ   4.78 µJ  1.01x
      registers            571 nJ    578 nJ  1.01x
      accumulators         736 nJ    746 nJ  1.01x
      activation buffer    243 nJ    137 nJ  0.56x
      weight buffer        181 nJ    118 nJ  0.65x
      output buffer       30.9 nJ   27.0 nJ  0.87x
      DRAM                16.7 µJ   13.3 µJ  0.80x
      requantize           118 nJ    115 nJ  0.97x
      vector              16.6 nJ   8.20 nJ  0.49x
      leakage             1.46 µJ   1.44 µJ  0.99x

    Layers

                                 A        B         A         B
    #  layer                cycles   cycles     /A  bound by  bound by  fastest  saves most on
    --------------------------------------------------------------------------------------------------
    0  /stage0/conv1/Conv   47,149   54,254  1.15x  compute   compute   A        weight load 6,033
    1  /stage0/conv2/Conv   16,643    7,219  0.43x  compute   compute   B        stream 3,416
    2  /stage0/conv3/Conv   62,440   15,273  0.24x  compute   compute   B        stream 39,696
    3  /GlobalAveragePool    3,853    1,668  0.43x  load      load      B        stalled on load 1,411
    4  /Flatten                  0        0  1.00x  nothing   nothing   –
    5  /fc/Gemm             15,581   65,911  4.23x  compute   compute   A        stream 42,697
    --------------------------------------------------------------------------------------------------
       total               145,666  144,325  0.99x

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
  expect(renderComparison([first, { ...first, accelerator: twice }])).toContain('94.3 µs');
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
