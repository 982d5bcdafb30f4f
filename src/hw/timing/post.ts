import type { Accelerator } from '../accelerator.js';
import type { RequantizeInstruction, VectorInstruction } from '../isa.js';
import { ceilDivide } from '../storage.js';

/** Accumulators → output codes: `latency + ceil(elements / lanes)`, and no faster than the output buffer takes the bytes. */
export function requantizeCycles(
  { elements, outputBytes }: RequantizeInstruction,
  { requantizer, outputBuffer }: Accelerator,
): number {
  const laneCycles = ceilDivide(elements, requantizer.lanes);
  const writeCycles = ceilDivide(outputBytes, outputBuffer.bandwidthBytesPerCycle);
  return requantizer.latencyCycles + Math.max(laneCycles, writeCycles);
}

/**
 * Activation buffer → vector lanes → output buffer: `latency + ceil(operations / lanes)`, and no faster than either
 * buffer moves the bytes.
 */
export function vectorCycles(
  { operations, inputBytes, outputBytes }: VectorInstruction,
  { vector, activationBuffer, outputBuffer }: Accelerator,
): number {
  const laneCycles = ceilDivide(operations, vector.lanes);
  const readCycles = ceilDivide(inputBytes, activationBuffer.bandwidthBytesPerCycle);
  const writeCycles = ceilDivide(outputBytes, outputBuffer.bandwidthBytesPerCycle);
  return vector.latencyCycles + Math.max(laneCycles, readCycles, writeCycles);
}
