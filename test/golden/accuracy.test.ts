import { expect, it } from 'vitest';
import { floatModel } from '../support/models.js';
import { evaluateQuantized } from '../support/quantized-accuracy.js';
import { describeShared } from '../support/shared.js';

/** Every row of every model is in `accuracy.long.test.ts`. */
const ROWS = 40;

describeShared('quantized to W8A8 per channel, on its first rows', () => {
  it.each(['mnist-8', 'dscnn_small'])('%s gives the float model’s answers', (name) => {
    const { rows, float, integer, sameTop1 } = evaluateQuantized(name)(floatModel(name).rows[0]!, ROWS);
    expect(rows).toBe(ROWS);
    expect(sameTop1).toBeGreaterThanOrEqual(ROWS - 1);
    expect(float!.top1Correct).toBeGreaterThanOrEqual(0.9 * ROWS);
    expect(integer!.top1Correct).toBeGreaterThanOrEqual(float!.top1Correct - 1);
    expect(integer!.top5Correct).toBe(ROWS);
  });
});
