import type { Accelerator } from '../accelerator.js';
import type { PreloadInstruction } from '../isa.js';
import { operandMode } from '../operand-mode.js';
import { ceilDivide, rowBytes } from '../storage.js';

/**
 * Buffer → registers of what stays: one row a cycle, and no faster than the buffer delivers the bytes. Weights stay, or in
 * an input-stationary array activations.
 *
 * A dot-product array writes the used rows only. A systolic array shifts weights in from its north edge, so every block
 * takes all `rows` of the array however few it uses.
 */
export function preloadCycles(
  instruction: PreloadInstruction,
  { array, activationBuffer, weightBuffer }: Accelerator,
): number {
  const { rows, columns } = instruction;
  const mode = operandMode(instruction, array);
  const rowCycles = array.kind === 'systolic' ? array.rows : ceilDivide(rows, mode.lanes);
  const inputStationary = array.dataflow === 'is';
  const bytes = rowBytes(rows * columns, inputStationary ? mode.storedActivationBits : mode.storedWeightBits);
  const { bandwidthBytesPerCycle } = inputStationary ? activationBuffer : weightBuffer;
  return Math.max(rowCycles, ceilDivide(bytes, bandwidthBytesPerCycle));
}
