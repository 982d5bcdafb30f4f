import type { LayerResult, SimulationResult } from '../engine/result.js';
import {
  CYCLE_NAMES,
  ENERGY_COMPONENTS,
  type ActionCounts,
  type CycleName,
  type EnergyComponent,
} from '../hw/counts.js';
import { workingLayers } from './layers.js';
import {
  bytes,
  energy,
  ENERGY_UNITS,
  fixed,
  groupThousands,
  NONE,
  percent,
  share,
  unitFor,
  type Unit,
} from './numbers.js';
import type { Column, Table } from './table.js';

const INDEX: Column = { header: ['#'], align: 'right', key: true };
const LAYER: Column = { header: ['layer'], align: 'left', key: true, shortestWidth: 8 };

function figure(...header: string[]): Column {
  return { header, align: 'right' };
}

/** One line a layer: what it is, how long it takes, what limits it, what it moves and costs. */
export function layerTable({ layers, totals }: SimulationResult): Table {
  return {
    columns: [
      INDEX,
      LAYER,
      { header: ['operator'], align: 'left', shortestWidth: 5 },
      figure('MACs'),
      figure('cycles'),
      figure('share'),
      figure('utili-', 'zation'),
      { header: ['bound by'], align: 'left' },
      figure('DRAM', 'bytes'),
      figure('energy'),
    ],
    rows: layers.map((layer) => [
      ...keys(layer),
      layer.op,
      groupThousands(layer.macs),
      groupThousands(layer.cycles),
      share(layer.cycles, totals.cycles),
      layer.macs === 0 ? NONE : percent(layer.utilization),
      layer.placement === 'host' ? 'host' : layer.bound,
      bytes(dramBytes(layer.counts)),
      energy(layer.energyPicojoules),
    ]),
    totals: [
      '',
      'total',
      '',
      groupThousands(totals.macs),
      groupThousands(totals.cycles),
      share(totals.cycles, totals.cycles),
      percent(totals.utilization),
      '',
      bytes(dramBytes(totals.counts)),
      energy(totals.energyPicojoules),
    ],
  };
}

const CYCLE_HEADERS: Readonly<Record<CycleName, readonly string[]>> = {
  stream: ['stream'],
  fill: ['fill'],
  drain: ['drain'],
  weightLoad: ['weight', 'load'],
  requantize: ['re-', 'quantize'],
  vector: ['vector'],
  stalledOnLoad: ['stalled', 'on load'],
  stalledOnStore: ['stalled', 'on store'],
  idle: ['idle'],
};

/** Where every cycle goes: the named cycles of a row add up to its last column. */
export function cycleTable(result: SimulationResult): Table {
  const { totals } = result;
  return {
    columns: [INDEX, LAYER, ...CYCLE_NAMES.map((name) => figure(...CYCLE_HEADERS[name])), figure('total')],
    rows: workingLayers(result).map((layer) => [...keys(layer), ...cycleCells(layer)]),
    totals: ['', 'total', ...cycleCells(totals)],
  };
}

function cycleCells({ cycles, cycleBreakdown }: Pick<LayerResult, 'cycles' | 'cycleBreakdown'>): string[] {
  const named = CYCLE_NAMES.map((name) => cycleBreakdown[name]);
  return [...named, cycles].map(groupThousands);
}

const ENERGY_HEADERS: Readonly<Record<EnergyComponent, readonly string[]>> = {
  mac: ['MACs'],
  registers: ['regis-', 'ters'],
  accumulators: ['accu-', 'mul.'],
  activationBuffer: ['activ.', 'buffer'],
  weightBuffer: ['weight', 'buffer'],
  outputBuffer: ['output', 'buffer'],
  dram: ['DRAM'],
  requantize: ['re-', 'quant.'],
  vector: ['vector'],
  leakage: ['leak-', 'age'],
};

/** Energy by component, all in the one unit that `energyUnit` names. */
export function energyTable(result: SimulationResult): Table {
  const { totals } = result;
  const unit = energyUnit(totals.energyPicojoules);
  const cells = (item: Pick<LayerResult, 'energyPicojoules' | 'energyBreakdown'>): string[] =>
    [...ENERGY_COMPONENTS.map((component) => item.energyBreakdown[component]), item.energyPicojoules].map(
      (picojoules) => fixed(picojoules / unit.size, unit.decimals),
    );
  return {
    columns: [
      INDEX,
      LAYER,
      ...ENERGY_COMPONENTS.map((component) => figure(...ENERGY_HEADERS[component])),
      figure('total'),
    ],
    rows: workingLayers(result).map((layer) => [...keys(layer), ...cells(layer)]),
    totals: ['', 'total', ...cells(totals)],
  };
}

/** The unit of an energy table, and its decimals: five digits or so for the total, so that small parts are seen. */
export function energyUnit(totalPicojoules: number): Unit & { readonly decimals: number } {
  const unit = unitFor(totalPicojoules / 100, ENERGY_UNITS);
  const total = totalPicojoules / unit.size;
  return { ...unit, decimals: total < 1000 ? 2 : total < 10_000 ? 1 : 0 };
}

const MOVED: readonly (readonly [keyof ActionCounts, Column])[] = [
  ['activationReadBytes', figure('activ.', 'read')],
  ['activationWriteBytes', figure('activ.', 'written')],
  ['weightReadBytes', figure('weight', 'read')],
  ['weightWriteBytes', figure('weight', 'written')],
  ['outputReadBytes', figure('output', 'read')],
  ['outputWriteBytes', figure('output', 'written')],
  ['dramReadBytes', figure('DRAM', 'read')],
  ['dramWriteBytes', figure('DRAM', 'written')],
];

/** Bytes in and out of each buffer and of DRAM. */
export function trafficTable(result: SimulationResult): Table {
  const { totals } = result;
  const cells = (counts: ActionCounts): string[] => MOVED.map(([action]) => bytes(counts[action]));
  return {
    columns: [INDEX, LAYER, ...MOVED.map(([, column]) => column)],
    rows: workingLayers(result).map((layer) => [...keys(layer), ...cells(layer.counts)]),
    totals: ['', 'total', ...cells(totals.counts)],
  };
}

export function dramBytes(counts: ActionCounts): number {
  return counts.dramReadBytes + counts.dramWriteBytes;
}

function keys({ index, name }: LayerResult): string[] {
  return [String(index), name];
}
