import { accuracyTable, accuracyText, figureTables } from './comparison-summary.js';
import { layerTable, machineLetter, totalsTable } from './comparison-tables.js';
import {
  compareByModel,
  layersWon,
  type Comparison,
  type ModelComparison,
  type Outcome,
} from './comparison.js';
import { derivedFigures } from '../hw/derived-figures.js';
import { arrayName } from './machine.js';
import { SHAPES_ONLY } from './notes.js';
import { capacity, groupThousands, rate } from './numbers.js';
import { wrap } from './plain-text.js';
import { plural, section } from './sections.js';
import { renderTable } from './table.js';

/** Machines side by side, with ratios to the first: several models at a glance, and then model by model. */
export function renderComparison(comparison: Comparison): string {
  const models = compareByModel(comparison);
  const details = models.map(renderModel);
  return (models.length > 1 ? [summaryText(models), ...details] : details).join('\n\n\n');
}

/** Several models at a glance. */
export function renderComparisonSummary(comparison: Comparison): string {
  return summaryText(compareByModel(comparison));
}

function summaryText(models: readonly ModelComparison[]): string {
  const { outcomes } = models[0]!;
  const accuracies = accuracyTable(models);
  return [
    `${plural(models.length, 'model')} on ${plural(outcomes.length, 'machine')}`,
    '',
    ...outcomes.flatMap(({ accelerator }, machine) => {
      const { macUnits, sramBytes } = derivedFigures(accelerator);
      const size = `${groupThousands(macUnits)} MACs, ${capacity(sramBytes)} of SRAM`;
      return wrap(`${machineText(accelerator)}, ${size}`, `${machineLetter(machine)}  `);
    }),
    ...figureTables(models).flatMap(({ title, table }) => section(title, renderTable(table))),
    ...(accuracies === null ? [] : section('First answers that are right', renderTable(accuracies))),
    ...section('Cannot run', models.flatMap(refusalLines)),
  ].join('\n');
}

function refusalLines({ model, outcomes }: ModelComparison): string[] {
  return outcomes.flatMap(({ accelerator, refusal }, machine) =>
    refusal === null
      ? []
      : wrap(`${model} on ${accelerator.name}: ${refusal}`, `${machineLetter(machine)}  `),
  );
}

function renderModel(comparison: ModelComparison): string {
  const { model, outcomes, results, accuracy, layers } = comparison;
  const [first] = results;
  const size =
    first === undefined
      ? 'no machine runs it'
      : `${plural(layers.length, 'layer')}, ${groupThousands(first.totals.macs)} MACs`;
  return [
    ...wrap(`${model}: ${size}`),
    ...(first?.shapesOnly === true ? wrap(SHAPES_ONLY) : []),
    ...(accuracy === null
      ? []
      : [
          `first answers that are right: ${accuracyText(accuracy)}, ${groupThousands(accuracy.top1Correct)} of ${groupThousands(accuracy.rows)}`,
        ]),
    '',
    ...outcomes.flatMap(legendLines),
    ...(first === undefined
      ? []
      : [
          ...section(`Totals (ratios to machine ${machineLetter(0)})`, renderTable(totalsTable(comparison))),
          ...section('Layers', renderTable(layerTable(comparison))),
          ...section(
            'Fastest, alone',
            outcomes.flatMap((_, machine) => wonLines(comparison, machine)),
          ),
        ]),
  ].join('\n');
}

function legendLines({ accelerator, refusal }: Outcome, machine: number): string[] {
  const letter = `${machineLetter(machine)}  `;
  return [
    ...wrap(machineText(accelerator), letter),
    ...(refusal === null ? [] : wrap(`cannot run it: ${refusal}`, ' '.repeat(letter.length))),
  ];
}

function machineText(accelerator: Outcome['accelerator']): string {
  const { name, clockHertz, technology } = accelerator;
  return `${name}: ${[arrayName(accelerator), rate(clockHertz, 'Hz'), technology.name].join(', ')}`;
}

function wonLines(comparison: ModelComparison, machine: number): string[] {
  const { accelerator, result } = comparison.outcomes[machine]!;
  if (result === null) return [];
  const won = plural(layersWon(comparison, machine), 'layer');
  return wrap(`${won}: ${accelerator.name}`, `${machineLetter(machine)}  `);
}
