import { fits, INT16, INT32, maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';

/** Whether weights less their zero point are int16, as products take them. */
export function weightsFitInt16({ values, zeroPoint }: Omit<GroupedWeights, 'groups'>): boolean {
  return values.every((value: number) => fits(value - zeroPoint, INT16));
}

/**
 * Whether every sum `bias + Σ (weight − zeroPoint) · code` is an int32, whatever codes of the format, or the padding, meet the
 * weights. Sums on the way may wrap: addition modulo 2^32 ends right where the end fits.
 */
export function sumsFitInt32(
  { values, zeroPoint }: Omit<GroupedWeights, 'groups'>,
  bias: Codes,
  format: IntFormat,
  padding: number,
): boolean {
  const low = Math.min(minOf(format), padding);
  const high = Math.max(maxOf(format), padding);
  const terms = values.length / bias.length;
  return bias.every((initial: number, output: number) => {
    let [positive, negative] = [0, 0];
    for (let k = output * terms; k < (output + 1) * terms; k += 1) {
      const weight = values[k]! - zeroPoint;
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    const smallest = initial + positive * low + negative * high;
    const largest = initial + positive * high + negative * low;
    return smallest >= minOf(INT32) && largest <= maxOf(INT32);
  });
}
