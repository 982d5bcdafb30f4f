import type { SimulationResult } from '../../engine/result.js';
import { layerTable, machineLetter, totalsTable } from '../comparison-tables.js';
import { compareByModel, layersWon, type ModelComparison } from '../comparison.js';
import { arrayName } from '../machine.js';
import { rate } from '../numbers.js';
import { plural } from '../sections.js';
import { machineEnergy, machineTime } from './bar-figures.js';
import { htmlTable } from './html-table.js';
import { markup, type Markup } from './markup.js';

/** Machines side by side, model by model; nothing where no model ran on two. */
export function comparisonSections(results: readonly SimulationResult[]): Markup {
  const compared = compareByModel(results).filter((comparison) => comparison.results.length > 1);
  return markup`${compared.map(comparisonSection)}`;
}

function comparisonSection(comparison: ModelComparison): Markup {
  const { model, results } = comparison;
  return markup`<section>
<h2>${model}: machines side by side</h2>
<ul class="notes">${results.map((result, machine) => markup`<li>${machineText(comparison, result, machine)}</li>\n`)}</ul>
${machineTime(model, results)}
${machineEnergy(model, results)}
${htmlTable(totalsTable(results), 'Totals, with ratios to machine A')}
${htmlTable(layerTable(comparison), 'Layers: who is fastest, and on which cycles it saves most')}
</section>
`;
}

function machineText(
  comparison: ModelComparison,
  { accelerator }: SimulationResult,
  machine: number,
): Markup {
  const facts = `${arrayName(accelerator)}, ${rate(accelerator.clockHertz, 'Hz')}, ${accelerator.technology.name}`;
  const won = plural(layersWon(comparison, machine), 'layer');
  return markup`${machineLetter(machine)} <b>${accelerator.name}</b>: ${facts}; alone fastest on ${won}`;
}
