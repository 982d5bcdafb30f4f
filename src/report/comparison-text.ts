import type { SimulationResult } from '../engine/result.js';
import { layerTable, machineLetter, totalsTable } from './comparison-tables.js';
import { compareByModel, layersWon, type ModelComparison } from './comparison.js';
import { arrayName } from './machine.js';
import { SHAPES_ONLY } from './notes.js';
import { groupThousands, rate } from './numbers.js';
import { wrap } from './plain-text.js';
import { plural, section } from './sections.js';
import { renderTable } from './table.js';

/** Machines side by side, model by model, with ratios to the first machine. */
export function renderComparison(results: readonly SimulationResult[]): string {
  return compareByModel(results).map(renderModel).join('\n\n\n');
}

function renderModel(comparison: ModelComparison): string {
  const { model, results, layers } = comparison;
  const macs = results[0]!.totals.macs;
  return [
    ...wrap(`${model}: ${plural(layers.length, 'layer')}, ${groupThousands(macs)} MACs`),
    ...(results[0]!.shapesOnly ? wrap(SHAPES_ONLY) : []),
    '',
    ...results.flatMap(legendLines),
    ...section('Totals (ratios to machine A)', renderTable(totalsTable(results))),
    ...section('Layers', renderTable(layerTable(comparison))),
    ...section(
      'Fastest, alone',
      results.flatMap((_, machine) => wonLines(comparison, machine)),
    ),
  ].join('\n');
}

function legendLines({ accelerator }: SimulationResult, machine: number): string[] {
  const { name, clockHertz, technology } = accelerator;
  const facts = [arrayName(accelerator), rate(clockHertz, 'Hz'), technology.name].join(', ');
  return wrap(`${name}: ${facts}`, `${machineLetter(machine)}  `);
}

function wonLines(comparison: ModelComparison, machine: number): string[] {
  const won = plural(layersWon(comparison, machine), 'layer');
  return wrap(`${won}: ${comparison.results[machine]!.accelerator.name}`, `${machineLetter(machine)}  `);
}
