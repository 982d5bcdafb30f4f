import { accuracyTable, accuracyText, figureTables } from '../comparison-summary.js';
import { layerTable, machineLetter, totalsTable } from '../comparison-tables.js';
import {
  compareByModel,
  layersWon,
  type Comparison,
  type ModelComparison,
  type Outcome,
} from '../comparison.js';
import { arrayName } from '../machine.js';
import { groupThousands, rate } from '../numbers.js';
import { plural } from '../sections.js';
import { machineEnergy, machineTime } from './bar-figures.js';
import { htmlTable } from './html-table.js';
import { markup, type Markup } from './markup.js';

/** Machines side by side: several models at a glance, and then model by model. */
export function comparisonSections(comparison: Comparison): Markup {
  const models = compareByModel(comparison);
  return markup`${models.length > 1 ? summarySection(models) : ''}
${models.map(modelSection)}`;
}

function summarySection(models: readonly ModelComparison[]): Markup {
  const { outcomes } = models[0]!;
  const accuracies = accuracyTable(models);
  return markup`<section>
<h2>All models on all machines</h2>
<ul class="notes">${outcomes.map(({ accelerator }, machine) => markup`<li>${machineText(accelerator, machine)}</li>\n`)}</ul>
${figureTables(models).map(({ title, table }) => htmlTable(table, title))}
${accuracies === null ? '' : htmlTable(accuracies, 'First answers that are right')}
</section>
`;
}

function modelSection(comparison: ModelComparison): Markup {
  const { model, outcomes, results, accuracy } = comparison;
  const answers =
    accuracy === null
      ? ''
      : markup`<p>First answers that are right: ${accuracyText(accuracy)}, ${groupThousands(accuracy.top1Correct)} of ${groupThousands(accuracy.rows)}</p>`;
  return markup`<section>
<h2>${model}: machines side by side</h2>
<ul class="notes">${outcomes.map((_, machine) => markup`<li>${outcomeText(comparison, machine)}</li>\n`)}</ul>
${answers}
${results.length === 0 ? '' : figures(comparison)}
</section>
`;
}

function figures(comparison: ModelComparison): Markup {
  return markup`${machineTime(comparison)}
${machineEnergy(comparison)}
${htmlTable(totalsTable(comparison), 'Totals, with ratios to machine A')}
${htmlTable(layerTable(comparison), 'Layers: who is fastest, and on which cycles it saves most')}`;
}

function outcomeText(comparison: ModelComparison, machine: number): Markup {
  const { accelerator, refusal } = comparison.outcomes[machine]!;
  const what =
    refusal === null
      ? `alone fastest on ${plural(layersWon(comparison, machine), 'layer')}`
      : `cannot run it: ${refusal}`;
  return markup`${machineText(accelerator, machine)}; ${what}`;
}

function machineText(accelerator: Outcome['accelerator'], machine: number): Markup {
  const facts = `${arrayName(accelerator)}, ${rate(accelerator.clockHertz, 'Hz')}, ${accelerator.technology.name}`;
  return markup`${machineLetter(machine)} <b>${accelerator.name}</b>: ${facts}`;
}
