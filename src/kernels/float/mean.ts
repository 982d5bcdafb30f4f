import type { FloatMean } from '../../ir/ops/pooling.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { broadcastRuns } from './broadcast.js';
import { floats } from './operands.js';

/** The mean over whole axes: the result, axes kept, broadcasts to the input, and each input value joins its element. */
export const mean: BindKernel<FloatMean> = (node, [x], { shape }) => {
  const kept = x!.shape.map((extent, axis) => (node.axes.includes(axis) ? 1 : extent));
  const { length, count, steps, starts } = broadcastRuns([kept], x!.shape);
  const step = steps[0]!;
  return (tensors) => {
    const values = floats(tensors[0]);
    const output = zeros('float32', shape);
    const sums = new Float64Array(output.data.length);
    for (let run = 0; run < count; run += 1) {
      const to = starts[0]![run]!;
      const from = run * length;
      for (let i = 0; i < length; i += 1) sums[to + i * step]! += values[from + i]!;
    }
    const summed = values.length / sums.length;
    for (let i = 0; i < sums.length; i += 1) output.data[i] = sums[i]! / summed;
    return output;
  };
};
