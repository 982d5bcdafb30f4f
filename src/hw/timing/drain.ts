import type { Accelerator } from '../accelerator.js';

/**
 * Sums of an output-stationary array through its bottom edge: one row of the array a cycle, used or not.
 *
 * With the stream before it an output-stationary fold takes `2R + C + K − 2`, the closed form that SCALE-Sim publishes for
 * all dataflows; the folds its code simulates end with the last accumulation, which is what a column bus does.
 */
export function drainCycles({ array }: Accelerator): number {
  return array.rows;
}
