import type { Accelerator } from '../accelerator.js';
import { activationBytes, weightBytes } from '../storage.js';
import type { MemoryName, OperandPort } from './operations.js';
import type { Sram } from './sram.js';

/** What enters the array for a vector and lane: a code without its zero point, or what stands for nothing. */
export function operandOf(
  { memory, format, zeroPoint, absent, addressOf }: OperandPort,
  memories: Readonly<Record<MemoryName, Sram>>,
  vector: number,
  lane: number,
): number {
  const address = addressOf(vector, lane);
  return address === null ? absent : memories[memory].read(address, format) - zeroPoint;
}

/** Bytes that the read port of an operand moves in a cycle, and those that an operand as wide as the multipliers takes. */
export function portOf({ memory }: OperandPort, { array, activationBuffer, weightBuffer }: Accelerator) {
  return memory === 'activation'
    ? { bytesPerCycle: activationBuffer.bandwidthBytesPerCycle, operandBytes: activationBytes(array) }
    : { bytesPerCycle: weightBuffer.bandwidthBytesPerCycle, operandBytes: weightBytes(array) };
}
