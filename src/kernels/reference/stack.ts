import { averagePoolRule } from '../../arith/operators/average-pool.js';
import { binaryRule } from '../../arith/operators/binary.js';
import { meanRule } from '../../arith/operators/mean.js';
import { resizeRule } from '../../arith/operators/resize.js';
import { softmaxRule } from '../../arith/operators/softmax.js';
import type { CodeRange } from '../../arith/requantizer.js';
import type {
  StackAveragePool,
  StackBinary,
  StackMean,
  StackResize,
  StackSoftmax,
} from '../../ir/ops/stack.js';
import type { BindKernel } from '../kernel.js';
import { broadcast } from './elementwise.js';
import { isCode, sumsOver, windowCodes } from './pooling.js';
import { extents4, mapRows, tabulate } from './tabulate.js';

const clamped = (code: number, { min, max }: CodeRange): number => Math.max(min, Math.min(max, code));

/** The rule of the stack on every pair of codes, then the clamp. */
export const stackBinary: BindKernel<StackBinary> = (node, _operands, result) => {
  const codeOf = binaryRule(node.rule, node.inputGrids, node.outputGrid);
  return ([a, b]) => {
    const aCode = broadcast(a!, result.shape);
    const bCode = broadcast(b!, result.shape);
    return tabulate(result, (index) => clamped(codeOf(aCode(index), bCode(index)), node.clamp));
  };
};

/** The rule of the stack on every row. */
export const stackSoftmax: BindKernel<StackSoftmax> = (node, _operands, result) => {
  const codesOf = softmaxRule(node.rule, node.inputGrid, node.outputGrid, node.beta);
  return ([x]) => mapRows(x!, result, codesOf);
};

/** The rule of the stack on every window's codes in the image, in reading order, then the clamp. */
export const stackAveragePool: BindKernel<StackAveragePool> = (node, _operands, result) => {
  const codeOf = averagePoolRule(node.rule, node.inputGrid, node.outputGrid);
  return ([x]) =>
    tabulate(result, (index) => {
      const codes = windowCodes(node, x!, index);
      const inside = codes.filter(isCode);
      return clamped(codeOf(inside, node.countIncludePad ? codes.length : inside.length), node.clamp);
    });
};

/** The rule of the stack on every sum of raw codes, then the clamp. */
export const stackMean: BindKernel<StackMean> =
  (node, _operands, result) =>
  ([x]) => {
    const { sums, count } = sumsOver(x!, node.axes, 0);
    const codeOf = meanRule(node.rule, count, node.inputGrid, node.outputGrid);
    return tabulate(result, (_index, position) => clamped(codeOf(sums[position]!), node.clamp));
  };

/** The rule of the stack on the four codes that an output position blends. */
export const stackResize: BindKernel<StackResize> = ({ rule, rows, columns }, _operands, result) => {
  const codeOf = resizeRule(rule);
  return ([x]) => {
    const [, height, width, channels] = extents4(x!);
    return tabulate(result, ([n, row, column, channel]) => {
      const code = (r: number, c: number): number =>
        x!.data[((n! * height + r) * width + c) * channels + channel!]!;
      const [top, bottom] = [rows.lower[row!]!, rows.upper[row!]!];
      const [left, right] = [columns.lower[column!]!, columns.upper[column!]!];
      return codeOf(
        [code(top, left), code(top, right), code(bottom, left), code(bottom, right)],
        rows.upperWeight[row!]!,
        columns.upperWeight[column!]!,
      );
    });
  };
};
