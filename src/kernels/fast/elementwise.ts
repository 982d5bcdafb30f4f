import { fits, INT32, maxOf, minOf } from '../../arith/int-format.js';
import type { IntAdd, IntMul } from '../../ir/ops/elementwise.js';
import type { BindKernel, Operand } from '../kernel.js';
import { broadcastRows } from './broadcast.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { OutputStage } from './output-stage.js';
import { bindRequantizer, requantizeFast } from './requantize.js';

/** Widest operands for which a table of all rescaled codes is made. */
const WIDEST_TABLE_BITS = 16;

/** One operand of a sum on the common grid; NaN where a step leaves int32, which the output stage refuses. */
type Rescale = (code: number, channel: number) => number;

function rescaleOf(node: IntAdd, which: 0 | 1, operand: Operand): Rescale {
  const requantizer = bindRequantizer(node.inputRequantizers[which]);
  const zeroPoint = node.inputZeroPoints[which];
  const unit = 2 ** node.leftShift;
  const exact: Rescale = (code, channel) => {
    const shifted = (code - zeroPoint) * unit;
    const value = fits(shifted, INT32) ? requantizeFast(requantizer, shifted, channel) : NaN;
    return fits(value, INT32) ? value : NaN;
  };
  const format = formatOf(operand);
  if (requantizer.channelMask !== 0 || format.bits > WIDEST_TABLE_BITS) return exact;
  const lowest = minOf(format);
  const table = Float64Array.from({ length: maxOf(format) - lowest + 1 }, (_, entry) =>
    exact(lowest + entry, 0),
  );
  return (code) => table[code - lowest]!;
}

/** `requantizeₒ(u ± v)`, where u and v depend on one code each and come out of tables. */
export const addOrSub: BindKernel<IntAdd> = (node, [a, b], result) => {
  const stage = new OutputStage(node, result);
  const uniform =
    stage.isUniform && node.inputRequantizers.every((r) => bindRequantizer(r).channelMask === 0);
  const { rows, length, aStep, bStep } = broadcastRows(a!.shape, b!.shape, result.shape, !uniform);
  const sign = node.op === 'add' ? 1 : -1;
  const left = rescaleOf(node, 0, a!);
  const right = rescaleOf(node, 1, b!);
  return (operands) => {
    const x = codesOf(operands[0]);
    const y = codesOf(operands[1]);
    const made = emptyResult(result);
    for (const row of rows) {
      for (let i = 0; i < length; i += 1) {
        const sum = left(x[row.a + i * aStep]!, i) + sign * right(y[row.b + i * bStep]!, i);
        made.data[row.at + i] = stage.code(sum, i);
      }
    }
    return made;
  };
};

/** `requantize((a − z₀) · (b − z₁))`; a product beyond 2^53 is far outside int32, whatever its last bits. */
export const mul: BindKernel<IntMul> = (node, [a, b], result) => {
  const stage = new OutputStage(node, result);
  const { rows, length, aStep, bStep } = broadcastRows(a!.shape, b!.shape, result.shape, !stage.isUniform);
  const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
  return (operands) => {
    const x = codesOf(operands[0]);
    const y = codesOf(operands[1]);
    const made = emptyResult(result);
    for (const row of rows) {
      for (let i = 0; i < length; i += 1) {
        const product = (x[row.a + i * aStep]! - aZeroPoint) * (y[row.b + i * bStep]! - bZeroPoint);
        made.data[row.at + i] = stage.code(product, i);
      }
    }
    return made;
  };
};
