import type { AxisTaps, IntResize } from '../../ir/ops/resize.js';
import type { BindKernel } from '../kernel.js';
import { codesOf, emptyResult } from './operands.js';

/**
 * `((h − wr)·((h − wc)·a + wc·b) + wr·((h − wc)·c + wc·d)) / h²` with h = 2^weightBits, on codes.
 *
 * The blend is an integer below h² times the largest code, a double holds it; dividing by h² only moves the exponent.
 */
export const resize: BindKernel<IntResize> = (node, [x], result) => {
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  const one = 2 ** node.weightBits;
  const unit = one * one;
  const half = unit > 1 ? unit / 2 : 0;
  const rounded =
    node.rounding === 'halfUp'
      ? (blend: number) => Math.floor((blend + half) / unit)
      : (blend: number) => Math.sign(blend) * Math.floor((Math.abs(blend) + half) / unit);
  const rowTaps = tapsOf(node.rows);
  const columnTaps = tapsOf(node.columns);
  return ([images]) => {
    const codes = codesOf(images);
    const made = emptyResult(result);
    const output = made.data;
    let at = 0;
    for (let n = 0; n < batch; n += 1) {
      for (const row of rowTaps) {
        const rowLower = (n * height + row.lower) * width;
        const rowUpper = (n * height + row.upper) * width;
        for (const column of columnTaps) {
          const a = (rowLower + column.lower) * channels;
          const b = (rowLower + column.upper) * channels;
          const c = (rowUpper + column.lower) * channels;
          const d = (rowUpper + column.upper) * channels;
          const weightA = (one - row.weight) * (one - column.weight);
          const weightB = (one - row.weight) * column.weight;
          const weightC = row.weight * (one - column.weight);
          const weightD = row.weight * column.weight;
          for (let i = 0; i < channels; i += 1) {
            const blend =
              weightA * codes[a + i]! +
              weightB * codes[b + i]! +
              weightC * codes[c + i]! +
              weightD * codes[d + i]!;
            output[at + i] = rounded(blend);
          }
          at += channels;
        }
      }
    }
    return made;
  };
};

interface Tap {
  readonly lower: number;
  readonly upper: number;
  /** Of `upper`. */
  readonly weight: number;
}

function tapsOf({ lower, upper, upperWeight }: AxisTaps): readonly Tap[] {
  return lower.map((position, index) => ({
    lower: position,
    upper: upper[index]!,
    weight: upperWeight[index]!,
  }));
}
