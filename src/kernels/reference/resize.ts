import { roundShift } from '../../arith/rounding.js';
import type { IntResize } from '../../ir/ops/resize.js';
import type { BindKernel } from '../kernel.js';
import { extents4, tabulate } from './tabulate.js';

/** `((h − wr)·((h − wc)·a + wc·b) + wr·((h − wc)·c + wc·d)) / h²` with h = 2^weightBits, on codes. */
export const resize: BindKernel<IntResize> = (node, _operands, result) => {
  const { rows, columns, weightBits } = node;
  const one = 2 ** weightBits;
  return ([x]) => {
    const [, height, width, channels] = extents4(x!);
    return tabulate(result, ([n, row, column, channel]) => {
      const blendColumns = (inputRow: number): number => {
        const code = (inputColumn: number): number =>
          x!.data[((n! * height + inputRow) * width + inputColumn) * channels + channel!]!;
        const weight = columns.upperWeight[column!]!;
        return (one - weight) * code(columns.lower[column!]!) + weight * code(columns.upper[column!]!);
      };
      const weight = rows.upperWeight[row!]!;
      const lower = (one - weight) * blendColumns(rows.lower[row!]!);
      const upper = weight * blendColumns(rows.upper[row!]!);
      return Number(roundShift(BigInt(lower + upper), 2 * weightBits, node.rounding));
    });
  };
};
