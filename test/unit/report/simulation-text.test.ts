import { expect, it } from 'vitest';
import type { SimulationResult } from '../../../src/engine/result.js';
import { CYCLE_NAMES } from '../../../src/hw/counts.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { renderSimulation } from '../../../src/report/simulation-text.js';
import { machineFixture } from '../../support/machine-fixture.js';
import { networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

const small = simulationFixture([
  { name: 'conv1', mapping: 'tile 8 x 8 x 16, weights resident', runnerUp: 'outputs resident, 3% slower' },
  { name: 'pool1', op: 'maxPool', placement: 'vector' },
  { name: 'flatten', op: 'reshape', placement: 'free' },
  { name: 'lstm1', op: 'lstm', placement: 'host', mapping: 'no unit computes lstm' },
]);

it('says everything a person asks of a simulation', () => {
  expect(`\n${renderSimulation(small)}`).toMatchInlineSnapshot(`
    "
    fixture-net on fixture-16x16
    96.5 µs and 7.66 µJ an inference, 4 layers, 7,891,428 MACs, 48,266 cycles, array 63.9% used

    Machine

    machine            fixture-16x16: a machine of the tests
    array              16 x 16 dot-product, weight-stationary, int8 activations x int8 weights, 2
                       pipeline stages, ping-pong weight registers
    accumulators       32 bit, wraps, 1,024 entries per column, ping-pong
    requantizer        16 lanes, latency 4 cycles
    vector unit        16 lanes, latency 4 cycles
    clock              500 MHz
    activation buffer  64 KiB, 16 B/cycle, 128-bit words, ping-pong
    weight buffer      64 KiB, 16 B/cycle, 128-bit words, ping-pong
    output buffer      32 KiB, 16 B/cycle, 128-bit words, ping-pong
    DRAM               8 B/cycle (4 GB/s), latency 100 cycles, bursts of 64 B
    technology         fixture-22nm, 22 nm
    source             invented for the tests

    Layers

                                                     utili-                DRAM
    #  layer    operator       MACs  cycles   share  zation  bound by     bytes   energy
    ------------------------------------------------------------------------------------
    0  conv1    conv2d    7,891,428  44,977   93.2%   68.5%  compute   51.1 KiB  5.94 µJ
    1  pool1    maxPool           0   3,289    6.8%       –  vector    25.1 KiB  1.72 µJ
    2  flatten  reshape           0       0    0.0%       –  nothing        0 B      0 J
    3  lstm1    lstm              0       0    0.0%       –  host           0 B      0 J
    ------------------------------------------------------------------------------------
       total              7,891,428  48,266  100.0%   63.9%            76.3 KiB  7.66 µJ

    Cycles by name (each row adds up to its total)

                                    weight       re-          stalled   stalled
    #  layer  stream   fill  drain    load  quantize  vector  on load  on store  idle   total
    -----------------------------------------------------------------------------------------
    0  conv1  37,355  1,774      0   3,771       174       0    1,448       362    93  44,977
    1  pool1       0      0      0       0         0   1,552    1,332       333    72   3,289
    -----------------------------------------------------------------------------------------
       total  37,355  1,774      0   3,771       174   1,552    2,780       695   165  48,266

    While the array streams, a cycle in which a vector enters is stream, any other fill. Every other
    cycle has the first of these names that applies: drain, weight load, requantize, vector, stalled on
    load, stalled on store, idle. What runs beside something named earlier is hidden by it.

    Energy by component, nJ

                       regis-  accu-  activ.  weight  output              re-          leak-
    #  layer     MACs    ters   mul.  buffer  buffer  buffer     DRAM  quant.  vector    age    total
    -------------------------------------------------------------------------------------------------
    0  conv1  1,578.3   190.3  246.6    49.3    38.4     6.3  3,350.5    30.1     0.0  449.8  5,939.7
    1  pool1      0.0     0.0    0.0    20.6     0.0     6.7  1,646.6     0.0    17.4   32.9  1,724.2
    -------------------------------------------------------------------------------------------------
       total  1,578.3   190.3  246.6    70.0    38.4    13.0  4,997.1    30.1    17.4  482.7  7,663.8

    Bytes in and out of each buffer, and of DRAM

                activ.    activ.    weight    weight    output    output      DRAM      DRAM
    #  layer      read   written      read   written      read   written      read   written
    ----------------------------------------------------------------------------------------
    0  conv1   103 KiB  20.5 KiB  77.0 KiB  19.2 KiB  11.3 KiB  11.3 KiB  39.8 KiB  11.4 KiB
    1  pool1  38.9 KiB  13.0 KiB       0 B       0 B  12.1 KiB  12.1 KiB  13.0 KiB  12.1 KiB
    ----------------------------------------------------------------------------------------
       total   141 KiB  33.5 KiB  77.0 KiB  19.2 KiB  23.4 KiB  23.4 KiB  52.8 KiB  23.5 KiB

    Energy costs (count x cost = energy)

    counted                        count              cost   energy   share  source
    -------------------------------------------------------------------------------
    multiply-accumulates       7,891,428        0.2 pJ/MAC  1.58 µJ   20.6%     [1]
    register bits written     31,723,336      0.006 pJ/bit   190 nJ    2.5%     [2]
    accumulator accesses         986,429    0.25 pJ/access   247 nJ    3.2%     [2]
    activation bytes read        144,872       0.4 pJ/byte  57.9 nJ    0.8%     [3]
    activation bytes written      34,292      0.35 pJ/byte  12.0 nJ    0.2%     [3]
    weight bytes read             78,812       0.4 pJ/byte  31.5 nJ    0.4%     [3]
    weight bytes written          19,703      0.35 pJ/byte  6.90 nJ    0.1%     [3]
    output bytes read             23,998      0.28 pJ/byte  6.72 nJ    0.1%     [3]
    output bytes written          23,998      0.26 pJ/byte  6.24 nJ    0.1%     [3]
    DRAM bytes read               54,016        64 pJ/byte  3.46 µJ   45.1%     [4]
    DRAM bytes written            24,064        64 pJ/byte  1.54 µJ   20.1%     [4]
    requantizations               11,588    2.6 pJ/element  30.1 nJ    0.4%     [5]
    vector operations             24,820  0.7 pJ/operation  17.4 nJ    0.2%     [6]
    cycles (leakage)              48,266       10 pJ/cycle   483 nJ    6.3%     [7]
    -------------------------------------------------------------------------------
    total                                                   7.66 µJ  100.0%

    [1] a MAC of the tests
    [2] a register of the tests
    [3] an SRAM of the tests
    [4] LPDDR4 of the tests
    [5] an int32 multiplier of the tests
    [6] a vector lane of the tests
    [7] leakage of the tests

    Mappings

      0  conv1: tile 8 x 8 x 16, weights resident
           instead of outputs resident, 3% slower

    Free: move nothing and take no time

      2  flatten (reshape)

    Host work: not run by this machine, not costed

      3  lstm1 (lstm): no unit computes lstm

    Totals

    latency     0.0965 ms: 48,266 cycles at 500 MHz
    throughput  10,359 inferences/s
    speed       0.163 TOPS (two operations a MAC), array 63.9% used
    energy      7.66 µJ an inference, 2.06 TOPS/W
    MACs        7,891,428
    SRAM        242 KiB read, 76.2 KiB written
    DRAM        52.8 KiB read, 23.5 KiB written, 76.3 KiB in all

    Not included

    - Overlap of layers: a layer begins when the one before it has stored its last result, and reads its
      operands from DRAM.
    - Host work and everything else outside the machine: it has no cycles and no energy here.
    - DRAM banks, refresh and turnaround (every transfer pays the whole latency); conflicts of two units
      on one buffer.
    - Energy of clock tree, control, instruction fetch, wires between units, and of unused rows and
      columns, which are taken to be gated. Costs do not depend on the values, but for MACs that a
      machine gates."
  `);
});

it.each([3, 12, 80])('fits 100 columns with %i layers', (count) => {
  expect(longestLine(simulationFixture(networkSketch(count)))).toBeLessThanOrEqual(100);
});

it('fits 100 columns with names, sources and figures of any length', () => {
  const accelerator = machineFixture({
    name: 'm'.repeat(300),
    source: 's '.repeat(300),
    description: 'd'.repeat(300),
  });
  const sketch = {
    name: 'n'.repeat(300),
    op: 'o'.repeat(90),
    mapping: 'x'.repeat(400),
    runnerUp: 'y'.repeat(400),
  };
  const result = simulationFixture([sketch], { model: 'long '.repeat(80), accelerator });
  expect(longestLine(result)).toBeLessThanOrEqual(100);
  expect(longestLine(scaled(result, 1e6))).toBeLessThanOrEqual(100);
});

it('prints figures that add up to what it prints as totals', () => {
  const result = simulationFixture(networkSketch(24));
  const lines = tableAfter(renderSimulation(result), 'Cycles by name');
  const figures = lines.map((line) =>
    line
      .match(/[\d,]+(?=\s|$)/g)!
      .slice(-(CYCLE_NAMES.length + 1))
      .map(toNumber),
  );
  const totals = figures.at(-1)!;
  const layers = figures.slice(0, -1);
  expect(layers).toHaveLength(result.layers.filter(({ cycles }) => cycles > 0).length);
  expect(totals).toEqual(totals.map((_, column) => sum(layers.map((row) => row[column]!))));
  expect(figures.every((row) => sum(row.slice(0, -1)) === row.at(-1))).toBe(true);
});

it('shows names of a model without letting them control the terminal', () => {
  const text = renderSimulation(
    simulationFixture([{ name: 'a\u001B[2J\nb' }], { model: 'm\u001B]0;x\u0007' }),
  );
  expect(Array.from(text).filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  expect(text).toContain('\\u{1b}');
});

it('gives the same bytes for the same result', () => {
  const [a, b] = [0, 1].map(() => renderSimulation(simulationFixture(networkSketch(12))));
  expect(a).toBe(b);
});

function longestLine(result: SimulationResult): number {
  return Math.max(...renderSimulation(result).split('\n').map(textWidth));
}

/** The rows of a table, its total last. */
function tableAfter(text: string, title: string): string[] {
  const [, , ...lines] = text.slice(text.indexOf(title)).split('\n');
  const table = lines.slice(0, lines.indexOf(''));
  return table
    .slice(table.findIndex((line) => line.startsWith('-')) + 1)
    .filter((line) => !line.startsWith('-'));
}

function scaled(result: SimulationResult, factor: number): SimulationResult {
  const text = JSON.stringify(result, (_, value: unknown) =>
    typeof value === 'number' ? value * factor : value,
  );
  return JSON.parse(text) as SimulationResult;
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
