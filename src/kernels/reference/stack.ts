import { averagePoolRule } from '../../arith/operators/average-pool.js';
import { binaryRule } from '../../arith/operators/binary.js';
import { softmaxRule } from '../../arith/operators/softmax.js';
import type { CodeRange } from '../../arith/requantizer.js';
import type { StackAveragePool, StackBinary, StackSoftmax } from '../../ir/ops/stack.js';
import type { BindKernel } from '../kernel.js';
import { broadcast } from './elementwise.js';
import { isCode, windowCodes } from './pooling.js';
import { mapRows, tabulate } from './tabulate.js';

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
  const codesOf = softmaxRule(node.rule, node.inputGrid, node.outputGrid);
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
