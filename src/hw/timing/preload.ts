import type { Accelerator } from '../accelerator.js';
import type { PreloadInstruction } from '../isa.js';
import { ceilDivide, weightBytes } from '../storage.js';

/**
 * Weight buffer → weight registers: one row of weights a cycle, and no faster than the weight buffer delivers the bytes.
 *
 * A dot-product array writes the used rows only. A systolic array shifts weights in from its north edge, so every block
 * takes all `rows` of the array however few it uses.
 */
export function preloadCycles(
  { rows, columns }: PreloadInstruction,
  { array, weightBuffer }: Accelerator,
): number {
  const rowCycles = array.kind === 'systolic' ? array.rows : rows;
  const bytes = rows * columns * weightBytes(array);
  return Math.max(rowCycles, ceilDivide(bytes, weightBuffer.bandwidthBytesPerCycle));
}
