import { fits, INT16, INT32, maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';
import type { Range } from './epilogues/plan.js';

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
 * The least and the largest sum `bias + Σ (weight − zeroPoint) · code` of each output, whatever codes of the format, or the padding,
 * meet the weights.
 */
export function sumRanges(
  { values, zeroPoint }: Omit<GroupedWeights, 'groups'>,
  bias: Codes,
  format: IntFormat,
  padding: number,
): Range[] {
  const low = Math.min(minOf(format), padding);
  const high = Math.max(maxOf(format), padding);
  const terms = values.length / bias.length;
  return Array.from(bias, (initial, output) => {
    let [positive, negative] = [0, 0];
    for (let k = output * terms; k < (output + 1) * terms; k += 1) {
      const weight = values[k]! - zeroPoint;
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    return {
      low: initial + positive * low + negative * high,
      high: initial + positive * high + negative * low,
    };
  });
}

/** Whether all sums of the ranges are int32. */
export function areInt32(ranges: readonly Range[]): boolean {
  return ranges.every(({ low, high }) => fits(low, INT32) && fits(high, INT32));
}
