import type { IntMean } from '../../ir/ops/pooling.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import type { BindKernel } from '../kernel.js';
import { broadcastRows } from './broadcast.js';
import { codesOf, emptyResult, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';

/**
 * Prepares `Σ (x − zeroPoint)` over the reduced axes. x is read row by row; each row adds to a row of sums (the last axis is
 * kept) or to one sum (it is reduced): a broadcast of the sums to x, read backwards.
 */
export function bindSums(
  x: Shape,
  axes: readonly number[],
  zeroPoint: number,
): { readonly count: number; readonly sumsOf: (codes: Codes) => Float64Array } {
  const kept = x.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const { rows, bStep } = broadcastRows(x, kept, x, true);
  const count = elementCount(kept);
  const sumsOf = (codes: Codes): Float64Array => {
    const sums = new Float64Array(count);
    for (const row of rows) {
      for (let i = 0; i < row.length; i += 1) sums[row.b + i * bStep]! += codes[row.at + i]! - zeroPoint;
    }
    return sums;
  };
  return { count, sumsOf };
}

/** `requantize(Σ (x − inputZeroPoint))`. */
export const mean: BindKernel<IntMean> = (node, [x], result) => {
  const stage = new OutputStage(node, result);
  const { count, sumsOf } = bindSums(x!.shape, node.axes, node.inputZeroPoint);
  const channels = result.shape.at(-1) ?? 1;
  return ([tensor]) => {
    const made = emptyResult(result);
    stage.rows(sumsOf(codesOf(tensor)), channels, count / channels, channels, made.data, 0);
    return made;
  };
};
