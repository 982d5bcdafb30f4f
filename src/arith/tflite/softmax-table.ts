import { roundHalfAway } from '../float-rounding.js';
import { maxOf, minOf } from '../int-format.js';
import type { Grid } from './grid.js';
import { differencesToMaximum } from './softmax.js';

/**
 * SOFTMAX of int8 and uint8 outside the reference kernels (`optimized_ops::Softmax` and `PopulateSoftmaxLookupTable` of TensorFlow Lite 2.21),
 * for one row. Exponentials come from a table; every step is a float32, and the sum is taken in the order of the row:
 *
 *     eᵢ = exp(f32(−f32(sx · beta) · (max x − xᵢ)));   r = f32(1 / f32(Σ eᵢ · sy))
 *     yᵢ = saturate(floor(f32(f32(eᵢ · r) + 1/2)) + zy)
 *
 * XNNPACK does not take the operator, so this is what it does beside the delegate too. It differs from the fixed-point rule about
 * once in 100 000 codes.
 */
export function softmaxTableRow(row: readonly number[], input: Grid, output: Grid, beta = 1): number[] {
  const { exponentials, sum } = tableExponentials(row, input, beta);
  const inverse = Math.fround(1 / Math.fround(sum * output.scale));
  return exponentials.map((term) => {
    const steps = Math.floor(Math.fround(Math.fround(term * inverse) + 0.5));
    return Math.max(minOf(output.format), Math.min(maxOf(output.format), steps + output.zeroPoint));
  });
}

/** `exp(−(sx · beta) · (max x − xᵢ))` of a row, and their sum in its order, as float32 values. */
function tableExponentials(
  row: readonly number[],
  input: Grid,
  beta: number,
): { readonly exponentials: readonly number[]; readonly sum: number } {
  const scale = -Math.fround(input.scale * beta);
  const exponentials = differencesToMaximum(row).map((difference) =>
    Math.fround(Math.exp(Math.fround(scale * -difference))),
  );
  return { exponentials, sum: exponentials.reduce((total, term) => Math.fround(total + term), 0) };
}

/**
 * LOG_SOFTMAX of int8 and uint8 outside the reference kernels (`optimized_ops::LogSoftmax` of TensorFlow Lite 2.21), for one row, with the
 * exponentials of softmax. Every step is a float32:
 *
 *     p = (sx · max x + ln Σ eᵢ) / sy;   yᵢ = saturate(round((sx / sy) · xᵢ − p) + zy), half away from zero
 *
 * Compared with that build on 110 210 codes of both types.
 */
export function logSoftmaxTableRow(row: readonly number[], input: Grid, output: Grid): number[] {
  const { sum } = tableExponentials(row, input, 1);
  const maximum = row.reduce((largest, code) => Math.max(largest, code), -Infinity);
  const logarithm = Math.fround(Math.log(sum));
  const ratio = Math.fround(input.scale / output.scale);
  const offset = Math.fround(Math.fround(Math.fround(input.scale * maximum) + logarithm) / output.scale);
  return row.map((code) => {
    const rounded = roundHalfAway(Math.fround(Math.fround(ratio * code) - offset)) + output.zeroPoint;
    return Math.max(minOf(output.format), Math.min(maxOf(output.format), rounded));
  });
}
