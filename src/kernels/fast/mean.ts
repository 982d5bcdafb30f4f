import type { IntMean } from '../../ir/ops/pooling.js';
import { elementCount } from '../../tensor/shape.js';
import type { BindKernel } from '../kernel.js';
import { broadcastRows } from './broadcast.js';
import { codesOf, emptyResult } from './operands.js';
import { OutputStage } from './output-stage.js';

/**
 * `requantize(Σ (x − inputZeroPoint))` over the reduced axes. x is read row by row; each row adds to a row of sums (the
 * last axis is kept) or to one sum (it is reduced): a broadcast of the sums to x, read backwards.
 */
export const mean: BindKernel<IntMean> = (node, [x], result) => {
  const stage = new OutputStage(node, result);
  const kept = x!.shape.map((extent, axis) => (node.axes.includes(axis) ? 1 : extent));
  const { rows, bStep } = broadcastRows(x!.shape, kept, x!.shape, true);
  const count = elementCount(kept);
  const channels = result.shape.at(-1) ?? 1;
  return ([tensor]) => {
    const codes = codesOf(tensor);
    const made = emptyResult(result);
    const sums = new Float64Array(count);
    for (const row of rows) {
      for (let i = 0; i < row.length; i += 1) {
        sums[row.b + i * bStep]! += codes[row.at + i]! - node.inputZeroPoint;
      }
    }
    stage.rows(sums, channels, count / channels, channels, made.data, 0);
    return made;
  };
};
