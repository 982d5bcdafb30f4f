import { expect, it } from 'vitest';
import type { SimulationResult } from '../../../src/engine/result.js';
import { CYCLE_NAMES } from '../../../src/hw/counts.js';
import { textWidth } from '../../../src/report/plain-text.js';
import { renderSimulation } from '../../../src/report/simulation-text.js';
import { machineFixture, networkSketch, simulationFixture } from '../../support/simulation-fixture.js';

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
    99.1 µs and 7.08 µJ an inference, 4 layers, 7,891,428 MACs, 49,550 cycles, array 62.2% used

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
    0  conv1    conv2d    7,891,428  47,149   95.2%   65.4%  compute   51.1 KiB  5.96 µJ
    1  pool1    maxPool           0   2,401    4.8%       –  vector    16.1 KiB  1.12 µJ
    2  flatten  reshape           0       0    0.0%       –  nothing        0 B      0 J
    3  lstm1    lstm              0       0    0.0%       –  host           0 B      0 J
    ------------------------------------------------------------------------------------
       total              7,891,428  49,550  100.0%   62.2%            67.3 KiB  7.08 µJ

    Cycles by name (each row adds up to its total)

                               weight       re-          stalled   stalled
    #  layer    stream   fill    load  quantize  vector  on load  on store  idle   total
    ------------------------------------------------------------------------------------
    0  conv1    37,355  1,774   3,771       174       0    3,325       677    73  47,149
    1  pool1         0      0       0         0   1,169      674       552     6   2,401
    2  flatten       0      0       0         0       0        0         0     0       0
    3  lstm1         0      0       0         0       0        0         0     0       0
    ------------------------------------------------------------------------------------
       total    37,355  1,774   3,771       174   1,169    3,999     1,229    79  49,550

    While the array streams, a cycle in which a vector enters is stream, any other fill. Every other
    cycle has the first of these names that applies: weight load, requantize, vector, stalled on load,
    stalled on store, idle. What runs beside something named earlier is hidden by it.

    Energy by component, µJ

                       regis-  accu-  activ.  weight  output            re-          leak-
    #  layer     MACs    ters   mul.  buffer  buffer  buffer   DRAM  quant.  vector    age  total
    ---------------------------------------------------------------------------------------------
    0  conv1    1.578   0.190  0.247   0.049   0.038   0.006  3.351   0.030   0.000  0.471  5.961
    1  pool1    0.000   0.000  0.000   0.022   0.000   0.005  1.057   0.000   0.013  0.024  1.121
    2  flatten  0.000   0.000  0.000   0.000   0.000   0.000  0.000   0.000   0.000  0.000  0.000
    3  lstm1    0.000   0.000  0.000   0.000   0.000   0.000  0.000   0.000   0.000  0.000  0.000
    ---------------------------------------------------------------------------------------------
       total    1.578   0.190  0.247   0.072   0.038   0.011  4.407   0.030   0.013  0.495  7.083

    Bytes in and out of each buffer, and of DRAM

                  activ.    activ.    weight    weight    output    output      DRAM      DRAM
    #  layer        read   written      read   written      read   written      read   written
    ------------------------------------------------------------------------------------------
    0  conv1     103 KiB  20.5 KiB  77.0 KiB  19.2 KiB  11.3 KiB  11.3 KiB  39.8 KiB  11.4 KiB
    1  pool1    48.2 KiB  6.89 KiB       0 B       0 B  9.13 KiB  9.13 KiB  6.94 KiB  9.19 KiB
    2  flatten       0 B       0 B       0 B       0 B       0 B       0 B       0 B       0 B
    3  lstm1         0 B       0 B       0 B       0 B       0 B       0 B       0 B       0 B
    ------------------------------------------------------------------------------------------
       total     151 KiB  27.4 KiB  77.0 KiB  19.2 KiB  20.4 KiB  20.4 KiB  46.7 KiB  20.6 KiB

    Energy costs (count x cost = energy)

    counted                        count              cost   energy   share  source
    -------------------------------------------------------------------------------
    multiply-accumulates       7,891,428        0.2 pJ/MAC  1.58 µJ   22.3%     [1]
    register bits written     31,723,336      0.006 pJ/bit   190 nJ    2.7%     [2]
    accumulator accesses         986,429    0.25 pJ/access   247 nJ    3.5%     [2]
    activation bytes read        154,368       0.4 pJ/byte  61.7 nJ    0.9%     [3]
    activation bytes written      28,052      0.35 pJ/byte  9.82 nJ    0.1%     [3]
    weight bytes read             78,812       0.4 pJ/byte  31.5 nJ    0.4%     [3]
    weight bytes written          19,703      0.35 pJ/byte  6.90 nJ    0.1%     [3]
    output bytes read             20,934      0.28 pJ/byte  5.86 nJ    0.1%     [3]
    output bytes written          20,934      0.26 pJ/byte  5.44 nJ    0.1%     [3]
    DRAM bytes read               47,808        64 pJ/byte  3.06 µJ   43.2%     [4]
    DRAM bytes written            21,056        64 pJ/byte  1.35 µJ   19.0%     [4]
    requantizations               11,588    2.6 pJ/element  30.1 nJ    0.4%     [5]
    vector operations             18,692  0.7 pJ/operation  13.1 nJ    0.2%     [6]
    cycles (leakage)              49,550       10 pJ/cycle   495 nJ    7.0%     [7]
    -------------------------------------------------------------------------------
    total                                                   7.08 µJ  100.0%

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

    latency     0.0991 ms: 49,550 cycles at 500 MHz
    throughput  10,091 inferences/s
    speed       0.159 TOPS (two operations a MAC), array 62.2% used
    energy      7.08 µJ an inference, 2.23 TOPS/W
    MACs        7,891,428
    SRAM        248 KiB read, 67.1 KiB written
    DRAM        46.7 KiB read, 20.6 KiB written, 67.3 KiB in all

    Not included

    - Overlap of layers: one inference at a time, one layer after another.
    - Host work and everything else outside the machine: it has no cycles and no energy here.
    - DRAM banks, refresh and turnaround (every transfer pays the whole latency); conflicts of two units
      on one buffer.
    - Energy of clock tree, control, instruction fetch, wires between units, and of unused rows and
      columns, which are taken to be gated. Costs do not depend on the values."
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
  expect(layers).toHaveLength(24);
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
