import { expect, it } from 'vitest';
import { evaluationJson, renderEvaluation } from '../../../src/report/evaluation-text.js';
import type { Evaluation } from '../../../src/report/evaluation.js';

const evaluation: Evaluation = {
  model: 'mnist-8',
  rows: 10_000,
  float: { top1Correct: 9881, top5Correct: 10_000 },
  integer: { top1Correct: 9880, top5Correct: 10_000 },
  sameTop1: 9995,
  meanAbsoluteError: 0.0123456,
  maxAbsoluteError: 1.25,
  accumulators: null,
};

it('sets float beside integer', () => {
  expect(`\n${renderEvaluation(evaluation)}`).toMatchInlineSnapshot(`
    "
    mnist-8: 10,000 rows

    right answers             float           integer             change
    --------------------------------------------------------------------
    first            98.81% (9,881)    98.80% (9,880)  -0.01 points (-1)
    among five     100.00% (10,000)  100.00% (10,000)    0.00 points (0)

    same first answer       99.95% (9,995)
    mean absolute error     0.01235 (integer outputs as reals)
    largest absolute error  1.25"
  `);
});

it('says what is unknown without labels and without a float model', () => {
  const unknown = { ...evaluation, float: null, integer: null, sameTop1: null };
  const text = renderEvaluation({ ...unknown, meanAbsoluteError: null, maxAbsoluteError: null });
  expect(text).toBe('mnist-8: 10,000 rows\n\nno labels, so no accuracy');
  expect(renderEvaluation({ ...evaluation, float: null })).toContain('–');
});

it('keeps raw counts in JSON', () => {
  expect(JSON.parse(evaluationJson(evaluation))).toEqual({ schema: 'bitmac-evaluation/1', ...evaluation });
  expect(JSON.parse(evaluationJson({ ...evaluation, float: null }))).toMatchObject({ float: null });
});
