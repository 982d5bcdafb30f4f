import type { AccumulatorFile, MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';

/** The largest magnitude of a code of up to a byte without its zero point. */
const MOST_OPERAND = 255;

/** Whether operands without their zero points fit int16, and what a column of the array adds up for a vector fits int32. */
export function fitsInt16(array: MacArray): boolean {
  const { rows, activationBits, weightBits } = array;
  const mostSum = rows * mostLanes(array) * MOST_OPERAND ** 2;
  return activationBits <= 8 && weightBits <= 8 && mostSum < 2 ** 31;
}

/** Whether sums of any length may be kept modulo 2^32: then the accumulators keep less of them. */
export function wrapsSums({ bits, overflow }: AccumulatorFile): boolean {
  return bits <= 32 && overflow === 'wrap';
}
