import type { LayerResult, SimulationResult } from '../engine/result.js';
import { costTable } from './cost-table.js';
import { machineFacts } from './machine.js';
import { freeLayers, hostLayers } from './layers.js';
import { cycleRule, notIncluded, SHAPES_ONLY } from './notes.js';
import { energy, groupThousands, percent, si } from './numbers.js';
import { residencyFacts } from './residency-facts.js';
import { wrap } from './plain-text.js';
import { factLines, nodeLine, plural, section } from './sections.js';
import { cycleTable, energyTable, energyUnit, layerTable, trafficTable } from './simulation-tables.js';
import { renderTable } from './table.js';
import { totalFacts } from './total-facts.js';

/** The report of one network on one machine, for people: no line longer than 100 characters, nothing from outside `result`. */
export function renderSimulation(result: SimulationResult): string {
  const { model, accelerator, totals } = result;
  return [
    ...wrap(`${model} on ${accelerator.name}`),
    ...wrap(headline(result)),
    ...(result.shapesOnly ? wrap(SHAPES_ONLY) : []),
    ...section('Machine', factLines(machineFacts(accelerator))),
    ...section('Layers', renderTable(layerTable(result))),
    ...section('Cycles by name (each row adds up to its total)', [
      ...renderTable(cycleTable(result)),
      '',
      ...wrap(cycleRule(accelerator)),
    ]),
    ...section(
      `Energy by component, ${energyUnit(totals.energyPicojoules).name}`,
      renderTable(energyTable(result)),
    ),
    ...section('Bytes in and out of each buffer, and of DRAM', renderTable(trafficTable(result))),
    ...section('Energy costs (count x cost = energy)', costLines(result)),
    ...section('Mappings', result.layers.flatMap(mappingLines)),
    ...section('Free: move nothing and take no time', freeLayers(result).flatMap(freeLines)),
    ...section('Host work: not run by this machine, not costed', hostLayers(result).flatMap(hostLines)),
    ...section('Residency', factLines(residencyFacts(result))),
    ...section('Totals', factLines(totalFacts(result))),
    ...section('Not included', notIncluded(accelerator).flatMap(listItem)),
  ].join('\n');
}

/** The answer in one line. */
function headline({ totals, layers }: SimulationResult): string {
  return [
    `${si(totals.latencyMilliseconds / 1e3, 's')} and ${energy(totals.energyPicojoules)} an inference`,
    plural(layers.length, 'layer'),
    `${groupThousands(totals.macs)} MACs`,
    `${groupThousands(totals.cycles)} cycles`,
    `array ${percent(totals.utilization)} used`,
  ].join(', ');
}

function costLines(result: SimulationResult): string[] {
  const { table, sources } = costTable(result);
  return [...renderTable(table), '', ...sources.flatMap((source, index) => wrap(source, `[${index + 1}] `))];
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
