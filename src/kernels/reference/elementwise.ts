import { minOf } from '../../arith/int-format.js';
import { requantize as requantizeExactly } from '../../arith/requantize.js';
import type { IntAdd, IntLut, IntMul, IntRequantize } from '../../ir/ops/elementwise.js';
import { broadcastStrides, type Shape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { asInt32, outputCode } from './output-code.js';
import { formatOf, offsetOf, tabulate } from './tabulate.js';

/** Reads a tensor as if it were broadcast to the target shape. */
export function broadcast(x: Tensor, target: Shape): (index: readonly number[]) => number {
  const strides = broadcastStrides(x.shape, target);
  return (index) => x.data[offsetOf(index, strides)]!;
}

/** Requantizers with an entry per channel are indexed by the last axis. */
const channelOf = (index: readonly number[]): number => index.at(-1) ?? 0;

/** `requantizeₒ(requantize₀((a − z₀) · 2^leftShift) ± requantize₁((b − z₁) · 2^leftShift))`, every step in int32. */
export const addOrSub: BindKernel<IntAdd> =
  (node, _operands, result) =>
  ([a, b]) => {
    const sign = node.op === 'add' ? 1 : -1;
    const codeOf = [broadcast(a!, result.shape), broadcast(b!, result.shape)] as const;
    const rescaled = (which: 0 | 1, index: readonly number[]): number => {
      const difference = codeOf[which](index) - node.inputZeroPoints[which];
      const shifted = asInt32(difference * 2 ** node.leftShift, node);
      const value = requantizeExactly(shifted, node.inputRequantizers[which], channelOf(index));
      return asInt32(Number(value), node);
    };
    return tabulate(result, (index) =>
      outputCode(rescaled(0, index) + sign * rescaled(1, index), node, channelOf(index)),
    );
  };

/** `requantize((a − z₀) · (b − z₁))`. */
export const mul: BindKernel<IntMul> =
  (node, _operands, result) =>
  ([a, b]) => {
    const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
    const aCode = broadcast(a!, result.shape);
    const bCode = broadcast(b!, result.shape);
    return tabulate(result, (index) =>
      outputCode((aCode(index) - aZeroPoint) * (bCode(index) - bZeroPoint), node, channelOf(index)),
    );
  };

/** `requantize(x − inputZeroPoint)`. */
export const requantize: BindKernel<IntRequantize> =
  (node, _operands, result) =>
  ([x]) =>
    tabulate(result, (index, position) =>
      outputCode(x!.data[position]! - node.inputZeroPoint, node, channelOf(index)),
    );

/** `table[code − lowest code]`, in the channel's own table where there is one per channel. */
export const lut: BindKernel<IntLut> = (_node, [xOperand], result) => {
  const lowest = minOf(formatOf(xOperand!.type));
  return ([x, table]) => {
    const codes = table!.shape.at(-1)!;
    const perChannel = table!.shape.length === 2;
    return tabulate(result, (index, position) => {
      const first = perChannel ? channelOf(index) * codes : 0;
      return table!.data[first + x!.data[position]! - lowest]!;
    });
  };
};
