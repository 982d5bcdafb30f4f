import { expect, it } from 'vitest';
import { energyReport, type EnergyReport } from '../../../src/report/energy-report.js';
import { energyReportJson } from '../../../src/report/energy-report-json.js';
import { renderEnergyReport } from '../../../src/report/energy-report-text.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { machineFixture } from '../../support/machine-fixture.js';
import { networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

const zeroGating = { operands: 'both', macFraction: 0.5 } as const;
const { array, technology } = machineFixture();
const accelerator = machineFixture({
  zeroGating,
  array: { ...array, packedLanes: [{ activationBits: 8, weightBits: 4, lanes: 2 }] },
  technology: {
    ...technology,
    packedMultiplyPicojoules: { value: 0.003, source: 'a multiplier of the tests' },
    packedAddPicojoules: { value: 0.1, source: 'an adder of the tests' },
  },
});
const result = simulationFixture(networkSketch(30), { accelerator });
const report = energyReport(result, { perLayer: true });

function sumOf(lines: EnergyReport['lines']): number {
  return lines.reduce((sum, { energyPicojoules }) => sum + energyPicojoules, 0);
}

it('adds up to the simulation exactly: lines to layers, layers to the network, line by line', () => {
  expect(report.energyPicojoules).toBe(result.totals.energyPicojoules);
  expect(sumOf(report.lines)).toBe(result.totals.energyPicojoules);
  const layers = report.layers!;
  expect(layers.map(({ lines }) => sumOf(lines))).toEqual(
    layers.map(({ index }) => result.layers[index]!.energyPicojoules),
  );
  const summed = report.lines.map((_, index) => ({
    count: layers.reduce((sum, { lines }) => sum + lines[index]!.count, 0),
    energyPicojoules: layers.reduce((sum, { lines }) => sum + lines[index]!.energyPicojoules, 0),
  }));
  expect(report.lines.map(({ count, energyPicojoules }) => ({ count, energyPicojoules }))).toEqual(summed);
});

it('counts what the simulation counts', () => {
  const { counts, cycles } = result.totals;
  expect(Object.fromEntries(report.lines.map(({ action, count }) => [action, count]))).toEqual({
    ...counts,
    cycles,
  });
});

it('prints every line with its source, and whether that was verified', () => {
  const machine = machineFixture();
  const technology = {
    ...machine.technology,
    macPicojoules: { value: 0.2, source: 'a paper', verified: true },
    vectorPicojoules: { value: 0.7, source: 'a guess', verified: false },
  };
  const small = simulationFixture(
    [{ name: 'conv1' }, { name: 'flatten', op: 'reshape', placement: 'free' }],
    {
      accelerator: { ...machine, technology },
    },
  );
  expect(`\n${renderEnergyReport(energyReport(small, { perLayer: true }))}`).toMatchInlineSnapshot(`
    "
    fixture-net on fixture-16x16, fixture-22nm: 5.94 µJ an inference

    Energy (count x cost = energy)

    counted                        count              cost     energy, pJ   share  source
    -------------------------------------------------------------------------------------
    multiply-accumulates       7,891,428        0.2 pJ/MAC  1,578,285.600   26.6%     [1]
    register bits written     31,723,336      0.006 pJ/bit    190,340.016    3.2%     [2]
    accumulator accesses         986,429    0.25 pJ/access    246,607.250    4.2%     [2]
    activation bytes read        104,990       0.4 pJ/byte     41,996.000    0.7%     [3]
    activation bytes written      20,998      0.35 pJ/byte      7,349.300    0.1%     [3]
    weight bytes read             78,812       0.4 pJ/byte     31,524.800    0.5%     [3]
    weight bytes written          19,703      0.35 pJ/byte      6,896.050    0.1%     [3]
    output bytes read             11,588      0.28 pJ/byte      3,244.640    0.1%     [3]
    output bytes written          11,588      0.26 pJ/byte      3,012.880    0.1%     [3]
    DRAM bytes read               40,704        64 pJ/byte  2,605,056.000   43.9%     [4]
    DRAM bytes written            11,648        64 pJ/byte    745,472.000   12.6%     [4]
    requantizations               11,588    2.6 pJ/element     30,128.800    0.5%     [5]
    vector operations                  0  0.7 pJ/operation          0.000    0.0%     [6]
    cycles (leakage)              44,977       10 pJ/cycle    449,770.000    7.6%     [7]
    -------------------------------------------------------------------------------------
    total                                                   5,939,683.334  100.0%

    Every line is its count times its cost, to the nearest 2^-10 pJ in each layer; where two lines make
    a component, the second takes the remainder, so that lines add up to layers and layers to the
    network exactly.

      0  conv1 (conv2d): 5.94 µJ

    counted                        count            cost     energy, pJ   share  source
    -----------------------------------------------------------------------------------
    multiply-accumulates       7,891,428      0.2 pJ/MAC  1,578,285.600   26.6%     [1]
    register bits written     31,723,336    0.006 pJ/bit    190,340.016    3.2%     [2]
    accumulator accesses         986,429  0.25 pJ/access    246,607.250    4.2%     [2]
    activation bytes read        104,990     0.4 pJ/byte     41,996.000    0.7%     [3]
    activation bytes written      20,998    0.35 pJ/byte      7,349.300    0.1%     [3]
    weight bytes read             78,812     0.4 pJ/byte     31,524.800    0.5%     [3]
    weight bytes written          19,703    0.35 pJ/byte      6,896.050    0.1%     [3]
    output bytes read             11,588    0.28 pJ/byte      3,244.640    0.1%     [3]
    output bytes written          11,588    0.26 pJ/byte      3,012.880    0.1%     [3]
    DRAM bytes read               40,704      64 pJ/byte  2,605,056.000   43.9%     [4]
    DRAM bytes written            11,648      64 pJ/byte    745,472.000   12.6%     [4]
    requantizations               11,588  2.6 pJ/element     30,128.800    0.5%     [5]
    cycles (leakage)              44,977     10 pJ/cycle    449,770.000    7.6%     [7]
    -----------------------------------------------------------------------------------
    total                                                 5,939,683.334  100.0%

    Sources

    [1] a paper (verified)
    [2] a register of the tests
    [3] an SRAM of the tests
    [4] LPDDR4 of the tests
    [5] an int32 multiplier of the tests
    [6] a guess (not verified: recalled or derived)
    [7] leakage of the tests"
  `);
});

it.each([1, 1e6])('fits 100 columns with figures %d times as large', (factor) => {
  const large = {
    ...report,
    lines: report.lines.map((line) => ({
      ...line,
      count: line.count * factor,
      energyPicojoules: line.energyPicojoules * factor,
    })),
  };
  const lines = renderEnergyReport(large).split('\n');
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(100);
});

it('is the same as JSON, with null where nobody says whether a source was verified', () => {
  const document = JSON.parse(energyReportJson(report)) as EnergyReport & { schema: string };
  expect(document).toMatchObject({ schema: 'bitmac-energy/1', machine: 'fixture-16x16' });
  expect(document.lines).toEqual(report.lines.map((line) => ({ ...line, verified: null })));
  expect(document.layers).toHaveLength(report.layers!.length);
  expect(JSON.parse(energyReportJson({ ...report, layers: null }))).not.toHaveProperty('layers');
});
