import { fits, INT16, maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';

/** Whether weights less their zero point are int16, as products take them. */
export function weightsFitInt16({ values, zeroPoint }: Omit<GroupedWeights, 'groups'>): boolean {
  let [smallest, largest] = [0, 0];
  for (const value of values) {
    if (value < smallest) smallest = value;
    else if (value > largest) largest = value;
  }
  return fits(smallest - zeroPoint, INT16) && fits(largest - zeroPoint, INT16);
}

/**
 * The magnitude that no sum `bias + Σ (weight − zeroPoint) · code` exceeds, whatever codes of the format, or the padding, meet the
 * weights.
 */
export function largestSum(
  { values, zeroPoint }: Omit<GroupedWeights, 'groups'>,
  bias: Codes,
  format: IntFormat,
  padding: number,
): number {
  const low = Math.min(minOf(format), padding);
  const high = Math.max(maxOf(format), padding);
  const terms = values.length / bias.length;
  let farthest = 0;
  bias.forEach((initial: number, output: number) => {
    let [positive, negative] = [0, 0];
    for (let k = output * terms; k < (output + 1) * terms; k += 1) {
      const weight = values[k]! - zeroPoint;
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    const smallest = initial + positive * low + negative * high;
    const largest = initial + positive * high + negative * low;
    farthest = Math.max(farthest, -smallest, largest);
  });
  return farthest;
}
