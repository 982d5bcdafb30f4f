import { compareByModel, type Comparison, type ModelComparison } from './comparison.js';
import { csv, type CsvRecord, type CsvValue } from './csv.js';
import { simulationRecords } from './simulation-csv.js';

const REFUSED = 'refused';

/**
 * The rows of every simulation below each other: the columns `model` and `machine` tell them apart. Right answers are in the
 * rows of totals; a machine that cannot run a model has one row, `refused`, with the reason. Some machine runs some model.
 */
export function comparisonCsv(comparison: Comparison): string {
  const records = compareByModel(comparison).flatMap(recordsOf);
  const columns = Object.keys(records.find(({ row }) => row !== REFUSED)!);
  return csv(
    records.map((record) =>
      Object.fromEntries(columns.map((column): [string, CsvValue] => [column, record[column] ?? null])),
    ),
  );
}

function recordsOf({ model, outcomes, accuracy }: ModelComparison): CsvRecord[] {
  return outcomes.flatMap(({ accelerator, result, refusal }): CsvRecord[] => {
    if (result === null) return [{ model, machine: accelerator.name, row: REFUSED, refusal }];
    return simulationRecords(result).map((record) => {
      const answers = record['row'] === 'total' ? accuracy : null;
      return {
        ...record,
        rows: answers?.rows ?? null,
        top1Correct: answers?.top1Correct ?? null,
        refusal: null,
      };
    });
  });
}
