import type { Accelerator } from '../accelerator.js';
import type { PreloadInstruction } from '../isa.js';
import { activationBytes, ceilDivide, weightBytes } from '../storage.js';

/**
 * Buffer → registers of what stays: one row a cycle, and no faster than the buffer delivers the bytes. Weights stay, or in
 * an input-stationary array activations.
 *
 * A dot-product array writes the used rows only. A systolic array shifts weights in from its north edge, so every block
 * takes all `rows` of the array however few it uses.
 */
export function preloadCycles(
  { rows, columns }: PreloadInstruction,
  { array, activationBuffer, weightBuffer }: Accelerator,
): number {
  const rowCycles = array.kind === 'systolic' ? array.rows : rows;
  const inputStationary = array.dataflow === 'is';
  const bytes = rows * columns * (inputStationary ? activationBytes(array) : weightBytes(array));
  const { bandwidthBytesPerCycle } = inputStationary ? activationBuffer : weightBuffer;
  return Math.max(rowCycles, ceilDivide(bytes, bandwidthBytesPerCycle));
}
