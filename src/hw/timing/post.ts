import type { Accelerator, SramBuffer } from '../accelerator.js';
import type { RequantizeInstruction, VectorInstruction } from '../isa.js';
import { ceilDivide } from '../storage.js';

/** Accumulators → output codes: `latency + ceil(elements / lanes)`, and no faster than the output buffer takes them. */
export function requantizeCycles(
  { elements, outputBytes }: RequantizeInstruction,
  { requantizer, outputBuffer }: Accelerator,
): number {
  const laneCycles = ceilDivide(elements, requantizer.lanes);
  const writeCycles = resultCycles(elements, outputBytes, outputBuffer);
  return requantizer.latencyCycles + Math.max(laneCycles, writeCycles);
}

/**
 * Activation buffer → vector lanes → output buffer: `latency + ceil(operations / lanes)`, and no faster than the one buffer
 * delivers the bytes and the other takes the results.
 */
export function vectorCycles(
  { operations, inputBytes, outputs, outputBytes }: VectorInstruction,
  { vector, activationBuffer, outputBuffer }: Accelerator,
): number {
  const laneCycles = ceilDivide(operations, vector.lanes);
  const readCycles = ceilDivide(inputBytes, activationBuffer.bandwidthBytesPerCycle);
  const writeCycles = resultCycles(outputs, outputBytes, outputBuffer);
  return vector.latencyCycles + Math.max(laneCycles, readCycles, writeCycles);
}

/** Results are written whole, as many as fit into what the buffer takes in a cycle: a part of one waits for the next. */
function resultCycles(results: number, bytes: number, { bandwidthBytesPerCycle }: SramBuffer): number {
  return ceilDivide(results, Math.floor((bandwidthBytesPerCycle * results) / bytes));
}
