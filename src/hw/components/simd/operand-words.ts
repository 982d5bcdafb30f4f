import type { AccumulatorFile, MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';

/**
 * Operands in int32 words: two int16 lanes in each, as the instruction takes them that multiplies pairs of int16 and adds the two
 * products. An array without packed lanes leaves the upper half 0.
 */
export function wordsFor(lanes: number): number {
  return Math.ceil(lanes / 2);
}

/** Index, in int16 halves, of a lane of the operand whose first word is at `word`; its further words are `stride` words apart. */
export function halfAt(word: number, stride: number, lane: number): number {
  return 2 * (word + (lane >> 1) * stride) + (lane & 1);
}

/** Writes what enters in one lane, `count` values of `lanes` side by side, to halves that are `step` apart; zeros for null. */
export function scatter(
  values: Float64Array | null,
  lane: number,
  lanes: number,
  count: number,
  halves: Int16Array,
  first: number,
  step: number,
): void {
  for (let i = 0, half = first; i < count; i += 1, half += step) {
    halves[half] = values === null ? 0 : values[i * lanes + lane]!;
  }
}

/** The largest magnitude of a code of up to a byte without its zero point. */
const MOST_OPERAND = 255;

/** Whether operands without their zero points fit int16, and what a column of the array adds up for a vector fits int32. */
export function fitsWords(array: MacArray): boolean {
  const { rows, activationBits, weightBits } = array;
  const mostSum = rows * mostLanes(array) * MOST_OPERAND ** 2;
  return activationBits <= 8 && weightBits <= 8 && mostSum < 2 ** 31;
}

/** Whether sums of any length may be kept modulo 2^32: then the accumulators keep less of them. */
export function wrapsSums({ bits, overflow }: AccumulatorFile): boolean {
  return bits <= 32 && overflow === 'wrap';
}
