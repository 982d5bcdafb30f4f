import { fits, INT32, maxOf, minOf } from '../../arith/int-format.js';
import { channelCount } from '../../arith/requantizer.js';
import type { IntAdd, IntMul } from '../../ir/ops/elementwise.js';
import type { BindKernel, BoundKernel, Operand, Result } from '../kernel.js';
import { broadcastRows, longestRow } from './broadcast.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { OutputStage, type StagedNode } from './output-stage.js';
import { bindRequantizer, requantizeFast } from './requantize.js';

/** Widest operands for which a table of all rescaled codes is made. */
const WIDEST_TABLE_BITS = 16;

/** One operand of a sum on the common grid; NaN where a step leaves int32, which the output stage refuses. */
type Rescale = (code: number, channel: number) => number;

function rescaleOf(node: IntAdd, which: 0 | 1): Rescale {
  const requantizer = bindRequantizer(node.inputRequantizers[which]);
  const zeroPoint = node.inputZeroPoints[which];
  const unit = 2 ** node.leftShift;
  return (code, channel) => {
    const shifted = (code - zeroPoint) * unit;
    const value = fits(shifted, INT32) ? requantizeFast(requantizer, shifted, channel) : NaN;
    return fits(value, INT32) ? value : NaN;
  };
}

/**
 * An operand's codes of a sum on the common grid, from the lowest code up, NaN where a step leaves int32; null where channels have
 * their own or codes are too wide.
 */
export function rescaledCodes(node: IntAdd, which: 0 | 1, operand: Operand): Float64Array | null {
  const format = formatOf(operand);
  if (channelCount(node.inputRequantizers[which]) > 1 || format.bits > WIDEST_TABLE_BITS) return null;
  const exact = rescaleOf(node, which);
  const lowest = minOf(format);
  return Float64Array.from({ length: maxOf(format) - lowest + 1 }, (_, entry) => exact(lowest + entry, 0));
}

function tabledRescaleOf(node: IntAdd, which: 0 | 1, operand: Operand): Rescale {
  const table = rescaledCodes(node, which, operand);
  if (table === null) return rescaleOf(node, which);
  const lowest = minOf(formatOf(operand));
  return (code) => table[code - lowest]!;
}

/** `requantizeₒ(u ± v)`, where u and v depend on one code each and come out of tables. */
export const addOrSub: BindKernel<IntAdd> = (node, [a, b], result) => {
  const sign = node.op === 'add' ? 1 : -1;
  const left = tabledRescaleOf(node, 0, a!);
  const right = tabledRescaleOf(node, 1, b!);
  const byChannel = node.inputRequantizers.some((requantizer) => channelCount(requantizer) > 1);
  return bindBinary(
    node,
    [a!, b!],
    result,
    byChannel,
    (x, y, channel) => left(x, channel) + sign * right(y, channel),
  );
};

/** `requantize((a − z₀) · (b − z₁))`; a product beyond 2^53 is far outside int32, whatever its last bits. */
export const mul: BindKernel<IntMul> = (node, [a, b], result) => {
  const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
  return bindBinary(node, [a!, b!], result, false, (x, y) => (x - aZeroPoint) * (y - bZeroPoint));
};

/** Sums of codes that meet in the broadcast of two operands, and what they become. */
function bindBinary(
  node: StagedNode,
  [a, b]: readonly [Operand, Operand],
  result: Result,
  byChannel: boolean,
  sumOf: (x: number, y: number, channel: number) => number,
): BoundKernel {
  const stage = new OutputStage(node, result);
  const { rows, aStep, bStep } = broadcastRows(a.shape, b.shape, result.shape, byChannel || !stage.isUniform);
  const longest = longestRow(rows);
  return ([left, right]) => {
    const x = codesOf(left);
    const y = codesOf(right);
    const made = emptyResult(result);
    const sums = new Float64Array(longest);
    for (const row of rows) {
      for (let i = 0; i < row.length; i += 1) {
        sums[i] = sumOf(x[row.a + i * aStep]!, y[row.b + i * bStep]!, i);
      }
      stage.row(sums, 0, row.length, made.data, row.at);
    }
    return made;
  };
}
