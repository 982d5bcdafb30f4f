import type { SimulationResult, SimulationTotals } from '../engine/result.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../hw/counts.js';
import { derivedFigures, type DerivedFigures } from '../hw/derived-figures.js';
import type { LayerComparison, ModelComparison } from './comparison.js';
import { CYCLE_LABELS, ENERGY_LABELS } from './labels.js';
import { bytes, capacity, energy, groupThousands, NONE, percent, ratio, si, threeDigits } from './numbers.js';
import { dramBytes } from './simulation-tables.js';
import type { Column, Table } from './table.js';

/** Machines are called A, B, C … in the tables, so that long names and equal names do no harm. */
export function machineLetter(machine: number): string {
  const rest = Math.floor(machine / 26);
  return (rest === 0 ? '' : machineLetter(rest - 1)) + String.fromCharCode(65 + (machine % 26));
}

interface Metric {
  readonly name: string;
  readonly valueOf: (totals: SimulationTotals, machine: DerivedFigures) => number;
  readonly print: (value: number) => string;
}

const METRICS: readonly Metric[] = [
  { name: 'MAC units', valueOf: (_, machine) => machine.macUnits, print: groupThousands },
  { name: 'SRAM', valueOf: (_, machine) => machine.sramBytes, print: capacity },
  { name: 'latency', valueOf: (t) => t.latencyMilliseconds, print: (v) => `${threeDigits(v)} ms` },
  { name: 'inferences/s', valueOf: (t) => t.inferencesPerSecond, print: threeDigits },
  { name: 'TOPS', valueOf: (t) => t.teraOperationsPerSecond, print: threeDigits },
  { name: 'TOPS/W', valueOf: (t) => t.teraOperationsPerSecondPerWatt, print: threeDigits },
  {
    name: 'EDP',
    valueOf: (t) => t.energyDelayJouleSeconds,
    print: (v) => si(v, 'Js'),
  },
  { name: 'utilization', valueOf: (t) => t.utilization, print: percent },
  { name: 'DRAM bytes', valueOf: (t) => dramBytes(t.counts), print: bytes },
  { name: 'cycles', valueOf: (t) => t.cycles, print: groupThousands },
  ...CYCLE_NAMES.map((name) => ({
    name: `  ${CYCLE_LABELS[name]}`,
    valueOf: (t: SimulationTotals) => t.cycleBreakdown[name],
    print: groupThousands,
  })),
  { name: 'energy', valueOf: (t) => t.energyPicojoules, print: energy },
  ...ENERGY_COMPONENTS.map((name) => ({
    name: `  ${ENERGY_LABELS[name]}`,
    valueOf: (t: SimulationTotals) => t.energyBreakdown[name],
    print: energy,
  })),
];

/** A column a machine; beside every machine but the first, the ratio to it. */
export function totalsTable({ outcomes }: ModelComparison): Table {
  return {
    columns: [{ header: [''], align: 'left', key: true }, ...outcomes.flatMap((_, machine) => pair(machine))],
    rows: METRICS.map(({ name, valueOf, print }) => {
      const values = outcomes.map(({ accelerator, result }) =>
        result === null ? null : valueOf(result.totals, derivedFigures(accelerator)),
      );
      return [name, ...withRatios(values, print)];
    }),
  };
}

/** Time and bound on every machine, who is fastest, and on which cycles it saves most against the next. */
export function layerTable({ outcomes, results, layers }: ModelComparison): Table {
  const time = timeUnit(results);
  const totals = outcomes.map(({ accelerator, result }) =>
    result === null ? null : result.totals.cycles / accelerator.clockHertz,
  );
  return {
    columns: [
      { header: ['#'], align: 'right', key: true },
      { header: ['layer'], align: 'left', key: true, shortestWidth: 10 },
      ...outcomes.flatMap((_, machine) => pair(machine, time.name)),
      ...outcomes.map((_, machine): Column => ({
        header: [machineLetter(machine), 'bound by'],
        align: 'left',
      })),
      { header: ['fastest'], align: 'left' },
      { header: ['saves most on'], align: 'left' },
    ],
    rows: layers
      .filter(hasWork)
      .map((layer) => [
        String(layer.index),
        layer.name,
        ...withRatios(layer.seconds, time.print),
        ...layer.bounds.map(
          (bound, machine) => bound ?? (outcomes[machine]!.result === null ? NONE : 'host'),
        ),
        fastestText(layer, results.length),
        savedText(layer, time),
      ]),
    totals: ['', 'total', ...withRatios(totals, time.print), ...outcomes.map(() => ''), '', ''],
  };
}

/** A reshape is no contest. */
function hasWork({ fastest }: LayerComparison): boolean {
  return fastest.length > 0;
}

interface TimeUnit {
  readonly name: string;
  readonly print: (seconds: number) => string;
}

/** Cycles where all machines have the same clock, else time. */
function timeUnit(results: readonly SimulationResult[]): TimeUnit {
  const { clockHertz } = results[0]!.accelerator;
  return results.every(({ accelerator }) => accelerator.clockHertz === clockHertz)
    ? { name: 'cycles', print: (seconds) => groupThousands(seconds * clockHertz) }
    : { name: 'time', print: (seconds) => si(seconds, 's') };
}

function pair(machine: number, what?: string): Column[] {
  const header = [machineLetter(machine), ...(what === undefined ? [] : [what])];
  const value: Column = { header, align: 'right' };
  return machine === 0 ? [value] : [value, { header: [`/${machineLetter(0)}`], align: 'right' }];
}

function withRatios(values: readonly (number | null)[], print: (value: number) => string): string[] {
  const base = values[0]!;
  return values.flatMap((value, machine) => {
    const text = value === null ? NONE : print(value);
    if (machine === 0) return [text];
    return [text, value === null || base === null ? NONE : ratio(value, base)];
  });
}

function fastestText({ fastest }: LayerComparison, machineCount: number): string {
  return fastest.length === machineCount && machineCount > 1 ? 'equal' : fastest.map(machineLetter).join(' ');
}

function savedText({ lead }: LayerComparison, time: TimeUnit): string {
  return lead === null ? '' : `${CYCLE_LABELS[lead.savedMostOn]} ${time.print(lead.secondsSavedThere)}`;
}
