import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { IntConv2d, IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import type { NodeBase } from '../../ir/graph.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { BindKernel, Result } from '../kernel.js';
import type { Accumulate, AccumulatorsOf } from './accumulate.js';
import { outputCode } from './output-code.js';
import { extents4, tabulate } from './tabulate.js';

/** The input position a tap of the kernel meets at an output position; it meets none where that is not a position. */
export type Locate = (output: number, tap: number) => number;

/**
 * `acc = bias + Σ (weight − weightZeroPoint) · code` over all taps and the group's input channels. A tap that meets no
 * input counts as code `inputZeroPoint`, which is what makes the zero point folded into the bias exact at borders.
 *
 * The order of the sum: the bias, then kernel rows, kernel columns and input channels of the group, each ascending, the
 * channels innermost. Taps that meet no input keep their place.
 */
export function convolve(
  node: NodeBase & ArrayArithmetic & { readonly op: string; readonly groups: number },
  [x, weight, bias]: readonly Tensor[],
  result: Result,
  accumulate: Accumulate,
  rowOf: Locate,
  columnOf: Locate,
): Tensor {
  const [, height, width, inputChannels] = extents4(x!);
  const [outputChannels, kernelHeight, kernelWidth, groupInputs] = extents4(weight!);
  const groupOutputs = outputChannels / node.groups;
  const products = new Float64Array(kernelHeight * kernelWidth * groupInputs);
  return tabulate(result, ([n, outputRow, outputColumn, channel], position) => {
    const firstInput = Math.floor(channel! / groupOutputs) * groupInputs;
    const firstWeight = channel! * products.length;
    let term = 0;
    for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow += 1) {
      const row = rowOf(outputRow!, kernelRow);
      for (let kernelColumn = 0; kernelColumn < kernelWidth; kernelColumn += 1) {
        const column = columnOf(outputColumn!, kernelColumn);
        const inside = isPosition(row, height) && isPosition(column, width);
        const first = ((n! * height + row) * width + column) * inputChannels + firstInput;
        for (let i = 0; i < groupInputs; i += 1, term += 1) {
          const code = inside ? x!.data[first + i]! : node.inputZeroPoint;
          products[term] = (weight!.data[firstWeight + term]! - node.weightZeroPoint) * code;
        }
      }
    }
    return outputCode(accumulate(bias!.data[channel!]!, products, position), node, channel!);
  });
}

function isPosition(position: number, extent: number): boolean {
  return Number.isInteger(position) && position >= 0 && position < extent;
}

/** `input = output · stride − pad + tap · dilation` on both axes. */
export const conv2d =
  (accumulators: AccumulatorsOf): BindKernel<IntConv2d | IntDepthwiseConv2d> =>
  (node, _operands, result) => {
    const accumulate = accumulators(node, result);
    return (operands) =>
      convolve(
        node,
        operands,
        result,
        accumulate,
        (output, tap) => output * node.strideHeight - node.padTop + tap * node.dilationHeight,
        (output, tap) => output * node.strideWidth - node.padLeft + tap * node.dilationWidth,
      );
  };
