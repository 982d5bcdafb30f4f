import { expect, it } from 'vitest';
import { setsOfRows } from '../support/models.js';
import { compareWithOrt, floatTolerance } from '../support/compare-with-ort.js';
import { describeShared } from '../support/shared.js';

/** Rows of each set; every row is compared in the long tests. */
const fewRows = 3;

describeShared('float models', () => {
  it.each(setsOfRows)("$model.name gives ONNX Runtime's outputs on '$rows.name'", ({ model, rows }) => {
    const rowCount = Math.min(fewRows, rows.rowCount);
    const { largestDifference, largestOutput, otherAnswers } = compareWithOrt(model, rows, rowCount);
    expect(largestDifference / largestOutput).toBeLessThan(floatTolerance);
    expect(otherAnswers).toBe(0);
  });
});
