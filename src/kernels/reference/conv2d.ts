import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { IntConv2d, IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import type { NodeBase } from '../../ir/graph.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { BindKernel, Result } from '../kernel.js';
import { outputCode } from './output-code.js';
import { extents4, tabulate } from './tabulate.js';

/** The input position a tap of the kernel meets at an output position; it meets none where that is not a position. */
export type Locate = (output: number, tap: number) => number;

/**
 * `acc = bias + Σ (weight − weightZeroPoint) · code` over all taps and the group's input channels. A tap that meets no
 * input counts as code `inputZeroPoint`, which is what makes the zero point folded into the bias exact at borders.
 */
export function convolve(
  node: NodeBase & ArrayArithmetic & { readonly op: string; readonly groups: number },
  [x, weight, bias]: readonly Tensor[],
  result: Result,
  rowOf: Locate,
  columnOf: Locate,
): Tensor {
  const [, height, width, inputChannels] = extents4(x!);
  const [outputChannels, kernelHeight, kernelWidth, groupInputs] = extents4(weight!);
  const groupOutputs = outputChannels / node.groups;
  return tabulate(result, ([n, outputRow, outputColumn, channel]) => {
    const firstInput = Math.floor(channel! / groupOutputs) * groupInputs;
    let sum = bias!.data[channel!]!;
    let tap = channel! * kernelHeight * kernelWidth * groupInputs;
    for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow += 1) {
      const row = rowOf(outputRow!, kernelRow);
      for (let kernelColumn = 0; kernelColumn < kernelWidth; kernelColumn += 1) {
        const column = columnOf(outputColumn!, kernelColumn);
        const inside = isPosition(row, height) && isPosition(column, width);
        const first = ((n! * height + row) * width + column) * inputChannels + firstInput;
        for (let i = 0; i < groupInputs; i += 1, tap += 1) {
          const code = inside ? x!.data[first + i]! : node.inputZeroPoint;
          sum += (weight!.data[tap]! - node.weightZeroPoint) * code;
        }
      }
    }
    return outputCode(sum, node, channel!);
  });
}

function isPosition(position: number, extent: number): boolean {
  return Number.isInteger(position) && position >= 0 && position < extent;
}

/** `input = output · stride − pad + tap · dilation` on both axes. */
export const conv2d: BindKernel<IntConv2d | IntDepthwiseConv2d> = (node, _operands, result) => (operands) =>
  convolve(
    node,
    operands,
    result,
    (output, tap) => output * node.strideHeight - node.padTop + tap * node.dilationHeight,
    (output, tap) => output * node.strideWidth - node.padLeft + tap * node.dilationWidth,
  );
