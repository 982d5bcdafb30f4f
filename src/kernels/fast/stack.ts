import { minOf } from '../../arith/int-format.js';
import { averagePoolRule } from '../../arith/operators/average-pool.js';
import { binaryRule, type BinaryCode } from '../../arith/operators/binary.js';
import { meanRule } from '../../arith/operators/mean.js';
import { resizeRule } from '../../arith/operators/resize.js';
import { softmaxRule } from '../../arith/operators/softmax.js';
import type {
  StackAveragePool,
  StackBinary,
  StackMean,
  StackResize,
  StackSoftmax,
} from '../../ir/ops/stack.js';
import type { BindKernel, Operand } from '../kernel.js';
import { elementCount } from '../../tensor/shape.js';
import { broadcastRows } from './broadcast.js';
import { WIDEST_TABLE_BITS } from './lut.js';
import { bindSums } from './mean.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { windowWalk } from './windows.js';

/** The same function of pairs of narrow codes; each pair is computed once, when it is first met. */
function remembered(codeOf: BinaryCode, [a, b]: readonly [Operand, Operand]): BinaryCode {
  const [aFormat, bFormat] = [formatOf(a), formatOf(b)];
  if (Math.max(aFormat.bits, bFormat.bits) > WIDEST_TABLE_BITS) return codeOf;
  const [aLowest, bLowest] = [minOf(aFormat), minOf(bFormat)];
  const columns = 2 ** bFormat.bits;
  const known = new Float64Array(2 ** aFormat.bits * columns).fill(NaN);
  return (x, y) => {
    const entry = (x - aLowest) * columns + (y - bLowest);
    const code = known[entry]!;
    return Number.isNaN(code) ? (known[entry] = codeOf(x, y)) : code;
  };
}

/** The rule of the stack and the clamp, once for each pair of codes. */
export const stackBinary: BindKernel<StackBinary> = (node, [a, b], result) => {
  const { min, max } = node.clamp;
  const rule = binaryRule(node.rule, node.inputGrids, node.outputGrid);
  const codeOf = remembered((x, y) => Math.max(min, Math.min(max, rule(x, y))), [a!, b!]);
  const { rows, aStep, bStep } = broadcastRows(a!.shape, b!.shape, result.shape, false);
  return ([left, right]) => {
    const x = codesOf(left);
    const y = codesOf(right);
    const made = emptyResult(result);
    for (const row of rows) {
      for (let i = 0; i < row.length; i += 1) {
        made.data[row.at + i] = codeOf(x[row.a + i * aStep]!, y[row.b + i * bStep]!);
      }
    }
    return made;
  };
};

/** The rule of the stack, row by row. */
export const stackSoftmax: BindKernel<StackSoftmax> = (node, [x], result) => {
  const codesOfRow = softmaxRule(node.rule, node.inputGrid, node.outputGrid, node.beta);
  const length = x!.shape.at(-1) ?? 1;
  return ([codes]) => {
    const data = codesOf(codes);
    const made = emptyResult(result);
    for (let start = 0; start < data.length; start += length) {
      made.data.set(codesOfRow(Array.from(data.subarray(start, start + length))), start);
    }
    return made;
  };
};

/** The rule of the stack, window by window. */
export const stackAveragePool: BindKernel<StackAveragePool> = (node, [x], result) => {
  const codeOf = averagePoolRule(node.rule, node.inputGrid, node.outputGrid);
  const walk = windowWalk(node, x!.shape, result.shape);
  const channels = x!.shape[3]!;
  const positions = node.kernelHeight * node.kernelWidth;
  const { min, max } = node.clamp;
  return ([images]) => {
    const data = codesOf(images);
    const made = emptyResult(result);
    walk((pixels, count, at) => {
      const codes = Array.from({ length: count }, () => 0);
      for (let channel = 0; channel < channels; channel += 1) {
        for (let pixel = 0; pixel < count; pixel += 1) codes[pixel] = data[pixels[pixel]! + channel]!;
        const code = codeOf(codes, node.countIncludePad ? positions : count);
        made.data[at + channel] = Math.max(min, Math.min(max, code));
      }
    });
    return made;
  };
};

/** The rule of the stack on every sum of raw codes. */
export const stackMean: BindKernel<StackMean> = (node, [x], result) => {
  const { count, sumsOf } = bindSums(x!.shape, node.axes, 0);
  const codeOf = meanRule(node.rule, elementCount(x!.shape) / count, node.inputGrid, node.outputGrid);
  const { min, max } = node.clamp;
  return ([tensor]) => {
    const made = emptyResult(result);
    sumsOf(codesOf(tensor)).forEach((sum, i) => {
      made.data[i] = Math.max(min, Math.min(max, codeOf(sum)));
    });
    return made;
  };
};

/** The rule of the stack, position by position. */
export const stackResize: BindKernel<StackResize> = ({ rule, rows, columns }, [x], result) => {
  const codeOf = resizeRule(rule);
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  return ([images]) => {
    const data = codesOf(images);
    const made = emptyResult(result);
    let at = 0;
    for (let n = 0; n < batch; n += 1) {
      for (let row = 0; row < rows.lower.length; row += 1) {
        const top = (n * height + rows.lower[row]!) * width;
        const bottom = (n * height + rows.upper[row]!) * width;
        for (let column = 0; column < columns.lower.length; column += 1) {
          const [left, right] = [columns.lower[column]!, columns.upper[column]!];
          for (let channel = 0; channel < channels; channel += 1, at += 1) {
            made.data[at] = codeOf(
              [
                data[(top + left) * channels + channel]!,
                data[(top + right) * channels + channel]!,
                data[(bottom + left) * channels + channel]!,
                data[(bottom + right) * channels + channel]!,
              ],
              rows.upperWeight[row]!,
              columns.upperWeight[column]!,
            );
          }
        }
      }
    }
    return made;
  };
};
