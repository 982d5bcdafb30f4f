import { describe, expect } from 'vitest';
import { floatModels } from '../support/models.js';
import { compareWithOrt } from '../support/compare-with-ort.js';
import { itShared } from '../support/shared.js';

/** Largest difference allowed, as a part of the largest output: float32 sums in another order (24 bits are 6e-8). */
const tolerance = 5e-6;

/** Rows of each set; every row is compared in the long tests. */
const fewRows = 3;

describe.each(floatModels)('$name in float', (model) => {
  for (const rows of model.rows) {
    itShared(`gives ONNX Runtime's outputs on the first rows of '${rows.name}'`, () => {
      const rowCount = Math.min(fewRows, rows.rowCount);
      const { largestDifference, largestOutput, otherAnswers } = compareWithOrt(model, rows, rowCount);
      expect(largestDifference / largestOutput).toBeLessThan(tolerance);
      expect(otherAnswers).toBe(0);
    });
  }
});
