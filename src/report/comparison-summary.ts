import { basename } from 'node:path';
import type { SimulationTotals } from '../engine/result.js';
import { machineLetter } from './comparison-tables.js';
import type { ModelComparison } from './comparison.js';
import { bytes, energy, groupThousands, NONE, percent, ratio, si } from './numbers.js';
import { dramBytes } from './simulation-tables.js';
import type { Column, Table } from './table.js';

/** A table with what it is about. */
export interface TitledTable {
  readonly title: string;
  readonly table: Table;
}

interface Figure {
  readonly title: string;
  readonly valueOf: (totals: SimulationTotals) => number;
  readonly print: (value: number) => string;
}

const FIGURES: readonly Figure[] = [
  { title: 'Latency', valueOf: (t) => t.latencyMilliseconds / 1e3, print: (v) => si(v, 's') },
  { title: 'Energy', valueOf: (t) => t.energyPicojoules, print: energy },
  { title: 'EDP', valueOf: (t) => t.energyDelayJouleSeconds, print: (v) => si(v, 'Js') },
  { title: 'Utilization', valueOf: (t) => t.utilization, print: percent },
  { title: 'DRAM bytes', valueOf: (t) => dramBytes(t.counts), print: bytes },
];

const MODEL_COLUMN: Column = { header: ['model'], align: 'left', key: true, shortestWidth: 16 };

/**
 * A row a model and a column a machine, figure by figure. Below, the geometric mean of the ratios to the first machine, over
 * the models that both run.
 */
export function figureTables(models: readonly ModelComparison[]): TitledTable[] {
  const names = shortNames(models);
  const machines = models[0]!.outcomes.map((_, machine) => machine);
  return FIGURES.map(({ title, valueOf, print }) => {
    const values = models.map(({ outcomes }) =>
      outcomes.map(({ result }) => (result === null ? null : valueOf(result.totals))),
    );
    return {
      title,
      table: {
        columns: [
          MODEL_COLUMN,
          ...machines.map((machine): Column => ({ header: [machineLetter(machine)], align: 'right' })),
        ],
        rows: values.map((row, model) => [
          names[model]!,
          ...row.map((value) => (value === null ? NONE : print(value))),
        ]),
        totals: [
          `geomean /${machineLetter(0)}`,
          ...machines.map((machine) => meanRatioText(values.map((row) => [row[machine]!, row[0]!]))),
        ],
      },
    };
  });
}

/** Rows and right answers of the models that were evaluated; null where none was. */
export function accuracyTable(models: readonly ModelComparison[]): Table | null {
  const names = shortNames(models);
  const rows = models.flatMap(({ accuracy }, model) => {
    if (accuracy === null) return [];
    const { rows: count, top1Correct } = accuracy;
    return [[names[model]!, groupThousands(count), groupThousands(top1Correct), accuracyText(accuracy)]];
  });
  if (rows.length === 0) return null;
  const headers = ['rows', 'right', 'accuracy'];
  return {
    columns: [MODEL_COLUMN, ...headers.map((header): Column => ({ header: [header], align: 'right' }))],
    rows,
  };
}

/** Accuracies are compared to the hundredth of a point. */
export function accuracyText({ rows, top1Correct }: NonNullable<ModelComparison['accuracy']>): string {
  return rows === 0 ? NONE : `${((top1Correct / rows) * 100).toFixed(2)}%`;
}

/** Names of files without their folders, as far as these are not needed to tell them apart. */
function shortNames(models: readonly ModelComparison[]): string[] {
  const bases = models.map(({ model }) => basename(model));
  return models.map(({ model }, index) =>
    bases.indexOf(bases[index]!) === bases.lastIndexOf(bases[index]!) ? bases[index]! : model,
  );
}

/** Of pairs of a value and its base. A pair without either, or of zeros, is left out. */
function meanRatioText(pairs: readonly (readonly [number | null, number | null])[]): string {
  const logarithms = pairs.flatMap(([value, base]) =>
    value === null || base === null || value === 0 || base === 0 ? [] : [Math.log(value / base)],
  );
  if (logarithms.length === 0) return NONE;
  const mean = logarithms.reduce((sum, logarithm) => sum + logarithm, 0) / logarithms.length;
  return ratio(Math.exp(mean), 1);
}
