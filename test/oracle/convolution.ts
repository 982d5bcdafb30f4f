import type { Conv2dGeometry } from '../../src/ir/ops/conv2d.js';

/**
 * Convolutions of real numbers by scattering: every input pixel adds each of its products to the output pixel it reaches.
 * `src/kernels/reference` gathers instead; the two share nothing. Padding and gaps contribute nothing.
 */

type Extents4 = readonly [number, number, number, number];

export interface Reals {
  readonly shape: Extents4;
  readonly data: readonly number[];
}

/** The output position an input position and a tap of one axis reach; not a position where they reach none. */
type Reach = (input: number, tap: number) => number;

/** What `conv2d` reaches: the output at which the tap meets the input. */
export const forward = (
  x: Reals,
  weight: Reals,
  bias: readonly number[],
  node: Conv2dGeometry,
  output: Extents4,
): number[] =>
  scatter(x, weight, bias, node.groups, output, [
    (input, tap) => (input + node.padTop - tap * node.dilationHeight) / node.strideHeight,
    (input, tap) => (input + node.padLeft - tap * node.dilationWidth) / node.strideWidth,
  ]);

/** What `convTranspose2d` reaches. */
export const transposed = (
  x: Reals,
  weight: Reals,
  bias: readonly number[],
  node: Conv2dGeometry,
  output: Extents4,
): number[] =>
  scatter(x, weight, bias, node.groups, output, [
    (input, tap) => input * node.strideHeight + tap * node.dilationHeight - node.padTop,
    (input, tap) => input * node.strideWidth + tap * node.dilationWidth - node.padLeft,
  ]);

const reached = (position: number, extent: number): boolean =>
  Number.isInteger(position) && position >= 0 && position < extent;

function scatter(
  x: Reals,
  weight: Reals,
  bias: readonly number[],
  groups: number,
  [batch, outputHeight, outputWidth, outputChannels]: Extents4,
  [rowReach, columnReach]: readonly [Reach, Reach],
): number[] {
  const [, , , inputChannels] = x.shape;
  const [, kernelHeight, kernelWidth, groupInputs] = weight.shape;
  const sums = Array.from(
    { length: batch * outputHeight * outputWidth * outputChannels },
    (_, i) => bias[i % outputChannels]!,
  );
  x.data.forEach((value, i) => {
    const [n, row, column, channel] = unravel(i, x.shape);
    const group = Math.floor(channel / (inputChannels / groups));
    for (let tap = 0; tap < kernelHeight * kernelWidth; tap += 1) {
      const outputRow = rowReach(row, Math.floor(tap / kernelWidth));
      const outputColumn = columnReach(column, tap % kernelWidth);
      if (!reached(outputRow, outputHeight) || !reached(outputColumn, outputWidth)) continue;
      const pixel = ((n * outputHeight + outputRow) * outputWidth + outputColumn) * outputChannels;
      for (let o = 0; o < outputChannels; o += 1) {
        if (Math.floor(o / (outputChannels / groups)) !== group) continue;
        const w =
          weight.data[(o * kernelHeight * kernelWidth + tap) * groupInputs + (channel % groupInputs)]!;
        sums[pixel + o]! += w * value;
      }
    }
  });
  return sums;
}

function unravel(position: number, [, height, width, channels]: Extents4): Extents4 {
  const channel = position % channels;
  const pixel = (position - channel) / channels;
  const column = pixel % width;
  const line = (pixel - column) / width;
  return [Math.floor(line / height), line % height, column, channel];
}
