import type { LayerResult, SimulationResult } from '../engine/result.js';
import { costBill } from './cost-lines.js';
import { ACTION_LABELS } from './labels.js';
import { machineFacts } from './machine.js';
import { CYCLE_RULE, freeLayers, hostLayers, NOT_INCLUDED } from './notes.js';
import { bytes, energy, groupThousands, percent, rate, share, si, threeDigits } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, nodeLine, plural, section, type Fact } from './sections.js';
import {
  cycleTable,
  dramBytes,
  energyTable,
  energyUnit,
  layerTable,
  trafficTable,
} from './simulation-tables.js';
import { renderTable } from './table.js';

/** The report of one network on one machine, for people: no line longer than 100 characters, nothing from outside `result`. */
export function renderSimulation(result: SimulationResult): string {
  const { model, accelerator, totals } = result;
  return [
    ...wrap(`${model} on ${accelerator.name}`),
    ...wrap(headline(result)),
    ...section('Machine', factLines(machineFacts(accelerator))),
    ...section('Layers', layerTable(result)),
    ...section('Cycles by name (each row adds up to its total)', [
      ...cycleTable(result),
      '',
      ...wrap(CYCLE_RULE),
    ]),
    ...section(`Energy by component, ${energyUnit(totals.energyPicojoules).name}`, energyTable(result)),
    ...section('Bytes in and out of each buffer, and of DRAM', trafficTable(result)),
    ...section('Energy costs (count x cost = energy)', costTable(result)),
    ...section('Mappings', result.layers.flatMap(mappingLines)),
    ...section('Free: move nothing and take no time', freeLayers(result).flatMap(freeLines)),
    ...section('Host work: not run by this machine, not costed', hostLayers(result).flatMap(hostLines)),
    ...section('Totals', factLines(totalFacts(result))),
    ...section('Not included', NOT_INCLUDED.flatMap(listItem)),
  ].join('\n');
}

/** The answer in one line. */
export function headline({ totals, layers }: SimulationResult): string {
  return [
    `${si(totals.latencyMilliseconds / 1e3, 's')} and ${energy(totals.energyPicojoules)} an inference`,
    plural(layers.length, 'layer'),
    `${groupThousands(totals.macs)} MACs`,
    `${groupThousands(totals.cycles)} cycles`,
    `array ${percent(totals.utilization)} used`,
  ].join(', ');
}

/** Latency, throughput, energy, traffic: each figure with what it means. */
export function totalFacts({ totals, accelerator }: SimulationResult): readonly Fact[] {
  const { counts } = totals;
  const sram = counts.activationReadBytes + counts.weightReadBytes + counts.outputReadBytes;
  const sramWritten = counts.activationWriteBytes + counts.weightWriteBytes + counts.outputWriteBytes;
  return [
    {
      name: 'latency',
      value: `${threeDigits(totals.latencyMilliseconds)} ms: ${groupThousands(totals.cycles)} cycles at ${rate(accelerator.clockHertz, 'Hz')}`,
    },
    { name: 'throughput', value: `${threeDigits(totals.inferencesPerSecond)} inferences/s` },
    {
      name: 'speed',
      value: `${threeDigits(totals.teraOperationsPerSecond)} TOPS (two operations a MAC), array ${percent(totals.utilization)} used`,
    },
    {
      name: 'energy',
      value: `${energy(totals.energyPicojoules)} an inference, ${threeDigits(totals.teraOperationsPerSecondPerWatt)} TOPS/W`,
    },
    { name: 'MACs', value: groupThousands(totals.macs) },
    { name: 'SRAM', value: `${bytes(sram)} read, ${bytes(sramWritten)} written` },
    {
      name: 'DRAM',
      value: `${bytes(counts.dramReadBytes)} read, ${bytes(counts.dramWriteBytes)} written, ${bytes(dramBytes(counts))} in all`,
    },
  ];
}

function costTable(result: SimulationResult): string[] {
  const { lines, sources } = costBill(result);
  const table = renderTable({
    columns: [
      { header: ['counted'], align: 'left' },
      { header: ['count'], align: 'right' },
      { header: ['cost'], align: 'right' },
      { header: ['energy'], align: 'right' },
      { header: ['share'], align: 'right' },
      { header: ['source'], align: 'right' },
    ],
    rows: lines.map((line) => [
      ACTION_LABELS[line.action],
      groupThousands(line.count),
      `${costText(line.costPicojoules)} pJ/${line.unit}`,
      energy(line.energyPicojoules),
      share(line.energyPicojoules, result.totals.energyPicojoules),
      `[${line.sourceNumber}]`,
    ]),
    totals: ['total', '', '', energy(result.totals.energyPicojoules), '100.0%', ''],
  });
  return [...table, '', ...sources.flatMap((source, index) => wrap(source, `[${index + 1}] `))];
}

/** Four significant digits, without padding. */
export function costText(picojoules: number): string {
  return String(Number(picojoules.toPrecision(4)));
}

function mappingLines({ index, name, mapping, runnerUp, placement }: LayerResult): string[] {
  if (mapping === null || placement === 'host') return [];
  const instead = runnerUp === null ? [] : wrap(`instead of ${runnerUp}`, ' '.repeat(7));
  return [...nodeLine(index, `${name}: ${mapping}`), ...instead];
}

function freeLines({ index, name, op }: LayerResult): string[] {
  return nodeLine(index, `${name} (${op})`);
}

function hostLines({ index, name, op, mapping }: LayerResult): string[] {
  return nodeLine(index, `${name} (${op}): ${mapping ?? 'no unit of the machine computes it'}`);
}

function listItem(text: string): string[] {
  return wrap(text, '- ');
}
