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
  const scale = -Math.fround(input.scale * beta);
  const exponentials = differencesToMaximum(row).map((difference) =>
    Math.fround(Math.exp(Math.fround(scale * -difference))),
  );
  const sum = exponentials.reduce((total, term) => Math.fround(total + term), 0);
  const inverse = Math.fround(1 / Math.fround(sum * output.scale));
  return exponentials.map((term) => {
    const steps = Math.floor(Math.fround(Math.fround(term * inverse) + 0.5));
    return Math.max(minOf(output.format), Math.min(maxOf(output.format), steps + output.zeroPoint));
  });
}
