import type { Accelerator, SramBuffer } from '../accelerator.js';
import type { RequantizeInstruction, SumsInstruction, VectorInstruction } from '../isa.js';
import { ceilDivide, sumBytes } from '../storage.js';

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
 * Accumulators ↔ output buffer: as many whole sums a cycle as there are lanes and as the output buffer moves, no arithmetic and
 * so no latency. A sum that is wider than the output buffer takes several cycles.
 */
export function sumsCycles(
  { elements }: SumsInstruction,
  { accumulators, requantizer, outputBuffer }: Accelerator,
): number {
  const bytes = sumBytes(accumulators);
  const { bandwidthBytesPerCycle } = outputBuffer;
  const sumsPerCycle = Math.min(requantizer.lanes, Math.floor(bandwidthBytesPerCycle / bytes));
  if (sumsPerCycle === 0) return elements * ceilDivide(bytes, bandwidthBytesPerCycle);
  return ceilDivide(elements, sumsPerCycle);
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
