import type { FloatAveragePool, MaxPool } from '../../ir/ops/pooling.js';
import { storageType, zeros, type Tensor } from '../../tensor/tensor.js';
import type { Window2d } from '../../tensor/window.js';
import type { BindKernel, BoundKernel, Operand, Result } from '../kernel.js';
import { floats } from './operands.js';

/** The largest value under each window, real numbers or codes; a window that holds padding only gives −∞. */
export const maxPool: BindKernel<MaxPool> = (node, [x], result) =>
  pool(node, x!, result, -Infinity, maximize, (max) => max);

/**
 * The average under each window. By the shape rule a window never leaves the padded input, so where padding counts the
 * divisor is the size of the kernel. A window that holds padding only gives 0.
 */
export const averagePool: BindKernel<FloatAveragePool> = (node, [x], result) => {
  const kernelSize = node.kernelHeight * node.kernelWidth;
  return pool(
    node,
    x!,
    result,
    0,
    accumulate,
    (sum, inside) => sum / (node.countIncludePad ? kernelSize : Math.max(inside, 1)),
  );
};

/** Takes the channels of one pixel into those of a window. */
type Fold = (folded: Float64Array, values: Tensor['data'], from: number) => void;

const maximize: Fold = (folded, values, from) => {
  for (let c = 0; c < folded.length; c += 1) {
    const value = values[from + c]!;
    if (value > folded[c]!) folded[c] = value;
  }
};

const accumulate: Fold = (folded, values, from) => {
  for (let c = 0; c < folded.length; c += 1) folded[c]! += values[from + c]!;
};

/** Folds the input pixels under each window, kernel row by kernel row, then `finish`es with their number. */
function pool(
  node: Window2d,
  x: Operand,
  { shape, type }: Result,
  initial: number,
  fold: Fold,
  finish: (folded: number, inside: number) => number,
): BoundKernel {
  const [, inputHeight, inputWidth] = x.shape as [number, number, number];
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const rowTaps = Array.from({ length: height }, (_, row) =>
    tapsInside(row * node.strideHeight - node.padTop, node.kernelHeight, node.dilationHeight, inputHeight),
  );
  const columnTaps = Array.from({ length: width }, (_, column) =>
    tapsInside(column * node.strideWidth - node.padLeft, node.kernelWidth, node.dilationWidth, inputWidth),
  );
  const folded = new Float64Array(channels);
  return (tensors) => {
    const values = type.kind === 'float32' ? floats(tensors[0]) : tensors[0]!.data;
    const output = zeros(type.kind === 'float32' ? 'float32' : storageType(type.format), shape);
    let to = 0;
    for (let image = 0; image < batch; image += 1) {
      for (const rows of rowTaps) {
        for (const columns of columnTaps) {
          folded.fill(initial);
          for (const row of rows) {
            for (const column of columns) {
              fold(folded, values, ((image * inputHeight + row) * inputWidth + column) * channels);
            }
          }
          const inside = rows.length * columns.length;
          for (let c = 0; c < channels; c += 1) output.data[to + c] = finish(folded[c]!, inside);
          to += channels;
        }
      }
    }
    return output;
  };
}

/** Input positions of a window's taps along one axis, without those in the padding. */
function tapsInside(start: number, kernel: number, dilation: number, extent: number): number[] {
  return Array.from({ length: kernel }, (_, tap) => start + tap * dilation).filter(
    (position) => position >= 0 && position < extent,
  );
}
