import { accumulatorText } from './accumulators-text.js';
import type { Evaluation } from './evaluation.js';
import { groupThousands, NONE } from './numbers.js';
import { plural, type Fact } from './sections.js';
import type { Table } from './table.js';

/** Said instead of the table where nobody knows the right answers. */
export const NO_LABELS = 'no labels, so no accuracy';

export function accuracyTable({ rows, float, integer }: Evaluation): Table | null {
  if (float === null && integer === null) return null;
  const row = (name: string, key: 'top1Correct' | 'top5Correct'): string[] => {
    const [before, after] = [float?.[key], integer?.[key]];
    return [name, correct(before, rows), correct(after, rows), change(before, after, rows)];
  };
  return {
    columns: [
      { header: ['right answers'], align: 'left' },
      { header: ['float'], align: 'right' },
      { header: ['integer'], align: 'right' },
      { header: ['change'], align: 'right' },
    ],
    rows: [row('first', 'top1Correct'), row('among five', 'top5Correct')],
  };
}

/** Of the accumulators, where they are simulated. */
export function accumulatorFacts({ accumulators }: Evaluation): Fact[] {
  if (accumulators === null) return [];
  const { overflowCount } = accumulators;
  const overflows = overflowCount === 0 ? 'no addition' : plural(overflowCount, 'addition');
  return [{ name: 'accumulators', value: `${accumulatorText(accumulators)}: ${overflows} overflowed` }];
}

/** Of dequantized integer outputs against float outputs. */
export function distanceFacts({ rows, sameTop1, meanAbsoluteError, maxAbsoluteError }: Evaluation): Fact[] {
  const facts: Fact[] = [];
  if (sameTop1 !== null) facts.push({ name: 'same first answer', value: correct(sameTop1, rows) });
  if (meanAbsoluteError !== null) {
    facts.push({
      name: 'mean absolute error',
      value: `${digits(meanAbsoluteError)} (integer outputs as reals)`,
    });
  }
  if (maxAbsoluteError !== null) {
    facts.push({ name: 'largest absolute error', value: digits(maxAbsoluteError) });
  }
  return facts;
}

/** Accuracies are compared to the hundredth of a point. */
function correct(count: number | undefined, rows: number): string {
  if (count === undefined || rows === 0) return NONE;
  return `${((count / rows) * 100).toFixed(2)}% (${groupThousands(count)})`;
}

function change(before: number | undefined, after: number | undefined, rows: number): string {
  if (before === undefined || after === undefined || rows === 0) return NONE;
  const sign = after > before ? '+' : '';
  return `${sign}${(((after - before) / rows) * 100).toFixed(2)} points (${sign}${groupThousands(after - before)})`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
