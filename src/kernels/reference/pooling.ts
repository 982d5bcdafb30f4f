import { roundQuotient } from '../../arith/rounding.js';
import type { IntAveragePool, IntMean, MaxPool } from '../../ir/ops/pooling.js';
import { broadcastStrides, elementCount } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Window2d } from '../../tensor/window.js';
import type { BindKernel } from '../kernel.js';
import { asInt32, outputCode } from './output-code.js';
import { extents4, forEachIndex, offsetOf, tabulate } from './tabulate.js';

/** The codes one window position covers in one channel; null for padding. */
export function windowCodes(
  window: Window2d,
  x: Tensor,
  [n, outputRow, outputColumn, channel]: readonly number[],
): (number | null)[] {
  const [, height, width, channels] = extents4(x);
  const codes: (number | null)[] = [];
  for (let kernelRow = 0; kernelRow < window.kernelHeight; kernelRow += 1) {
    const row = outputRow! * window.strideHeight - window.padTop + kernelRow * window.dilationHeight;
    for (let kernelColumn = 0; kernelColumn < window.kernelWidth; kernelColumn += 1) {
      const column =
        outputColumn! * window.strideWidth - window.padLeft + kernelColumn * window.dilationWidth;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      codes.push(inside ? x.data[((n! * height + row) * width + column) * channels + channel!]! : null);
    }
  }
  return codes;
}

export const isCode = (code: number | null): code is number => code !== null;

/** The largest code of the window. Padding never wins, so a window covers at least one input position. */
export const maxPool: BindKernel<MaxPool> =
  (node, _operands, result) =>
  ([x]) =>
    tabulate(result, (index) => Math.max(...windowCodes(node, x!, index).filter(isCode)));

/** `clamp(Σ code / count)`, half away from zero; see `IntAveragePool` for what counts. */
export const averagePool: BindKernel<IntAveragePool> =
  (node, _operands, result) =>
  ([x]) =>
    tabulate(result, (index) => {
      const codes = windowCodes(node, x!, index);
      const counted = node.countIncludePad
        ? codes.map((code) => code ?? node.inputZeroPoint)
        : codes.filter(isCode);
      const sum = asInt32(
        counted.reduce((total, code) => total + code, 0),
        node,
      );
      const mean = roundQuotient(BigInt(sum), BigInt(counted.length), 'halfAwayFromZero');
      return Math.max(node.clamp.min, Math.min(node.clamp.max, Number(mean)));
    });

/** `requantize(Σ (x − inputZeroPoint))` over the reduced axes; the requantizer's factor contains 1 / count. */
export const mean: BindKernel<IntMean> =
  (node, _operands, result) =>
  ([x]) => {
    const { sums } = sumsOver(x!, node.axes, node.inputZeroPoint);
    return tabulate(result, (index, position) => outputCode(sums[position]!, node, index.at(-1) ?? 0));
  };

/** `Σ (x − zeroPoint)` over whole axes, in the order of what is left, and how many codes each sum has. */
export function sumsOver(
  x: Tensor,
  axes: readonly number[],
  zeroPoint: number,
): { readonly sums: readonly number[]; readonly count: number } {
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const strides = broadcastStrides(kept, x.shape);
  const sums = Array.from({ length: elementCount(kept) }, () => 0);
  forEachIndex(x.shape, (index, position) => {
    sums[offsetOf(index, strides)]! += x.data[position]! - zeroPoint;
  });
  return { sums, count: x.data.length / sums.length };
}
