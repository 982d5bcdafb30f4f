import type { Evaluation } from './evaluation.js';
import { inOrder, type KeyOrder } from './key-order.js';
import { groupThousands, NONE } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, plural, type Fact } from './sections.js';
import { renderTable } from './table.js';

/** Changes when a field changes its name or meaning. */
export const EVALUATION_SCHEMA = 'bitmac-evaluation/1';

const ORDER: KeyOrder<Evaluation> = {
  model: 'plain',
  rows: 'plain',
  float: { top1Correct: 'plain', top5Correct: 'plain' },
  integer: { top1Correct: 'plain', top5Correct: 'plain' },
  sameTop1: 'plain',
  meanAbsoluteError: 'plain',
  maxAbsoluteError: 'plain',
};

export function evaluationJson(evaluation: Evaluation): string {
  return JSON.stringify({ schema: EVALUATION_SCHEMA, ...inOrder(evaluation, ORDER) }, null, 2);
}

/** Accuracy, float beside integer, and how far apart their outputs are. */
export function renderEvaluation(evaluation: Evaluation): string {
  const distance = distanceFacts(evaluation);
  return [
    ...wrap(`${evaluation.model}: ${plural(evaluation.rows, 'row')}`),
    '',
    ...accuracyLines(evaluation),
    ...(distance.length === 0 ? [] : ['', ...factLines(distance)]),
  ].join('\n');
}

function accuracyLines({ rows, float, integer }: Evaluation): string[] {
  if (float === null && integer === null) return ['no labels, so no accuracy'];
  const row = (name: string, key: 'top1Correct' | 'top5Correct'): string[] => {
    const [before, after] = [float?.[key], integer?.[key]];
    return [name, correct(before, rows), correct(after, rows), change(before, after, rows)];
  };
  return renderTable({
    columns: [
      { header: ['right answers'], align: 'left' },
      { header: ['float'], align: 'right' },
      { header: ['integer'], align: 'right' },
      { header: ['change'], align: 'right' },
    ],
    rows: [row('first', 'top1Correct'), row('among five', 'top5Correct')],
  });
}

/** Of dequantized integer outputs against float outputs. */
function distanceFacts({ rows, sameTop1, meanAbsoluteError, maxAbsoluteError }: Evaluation): Fact[] {
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
