import { accumulatorFacts, accuracyTable, distanceFacts, NO_LABELS } from './evaluation-tables.js';
import { csv } from './csv.js';
import type { Evaluation } from './evaluation.js';
import { inOrder, type KeyOrder } from './key-order.js';
import { wrap } from './plain-text.js';
import { factLines, plural } from './sections.js';
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
  accumulators: { bits: 'plain', overflow: 'plain', overflowCount: 'plain' },
};

export function evaluationJson(evaluation: Evaluation): string {
  return JSON.stringify({ schema: EVALUATION_SCHEMA, ...inOrder(evaluation, ORDER) }, null, 2);
}

/** One record; counts are of right answers. */
export function evaluationCsv({ float, integer, accumulators, ...counted }: Evaluation): string {
  const { model, rows, sameTop1, meanAbsoluteError, maxAbsoluteError } = counted;
  return csv([
    {
      model,
      rows,
      floatTop1Correct: float?.top1Correct ?? null,
      floatTop5Correct: float?.top5Correct ?? null,
      integerTop1Correct: integer?.top1Correct ?? null,
      integerTop5Correct: integer?.top5Correct ?? null,
      sameTop1,
      meanAbsoluteError,
      maxAbsoluteError,
      accumulatorBits: accumulators?.bits ?? null,
      overflow: accumulators?.overflow ?? null,
      overflowCount: accumulators?.overflowCount ?? null,
    },
  ]);
}

/** Accuracy, float beside integer, and how far apart their outputs are. */
export function renderEvaluation(evaluation: Evaluation): string {
  const table = accuracyTable(evaluation);
  const facts = [...accumulatorFacts(evaluation), ...distanceFacts(evaluation)];
  return [
    ...wrap(`${evaluation.model}: ${plural(evaluation.rows, 'row')}`),
    '',
    ...(table === null ? [NO_LABELS] : renderTable(table)),
    ...(facts.length === 0 ? [] : ['', ...factLines(facts)]),
  ].join('\n');
}
