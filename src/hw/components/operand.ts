import type { Accelerator, PackedLanes } from '../accelerator.js';
import { operandMode } from '../operand-mode.js';
import type { MemoryName, OperandPort } from './operations.js';
import type { Sram } from './sram.js';

/** What enters the array for a vector and lane: a code without its zero point, or what stands for nothing. */
export function operandOf(
  { memory, format, zeroPoint, absent, addressOf, packedBits }: OperandPort,
  memories: Readonly<Record<MemoryName, Sram>>,
  vector: number,
  lane: number,
): number {
  const address = addressOf(vector, lane);
  if (address === null) return absent;
  const sram = memories[memory];
  const code =
    packedBits === null ? sram.read(address, format) : sram.readBits(address, packedBits, format.signed);
  return code - zeroPoint;
}

/** Bits that the read port of an operand moves in a cycle, and those that an operand takes there. */
export function portOf(
  { memory }: OperandPort,
  packing: { readonly packed?: PackedLanes },
  { array, activationBuffer, weightBuffer }: Accelerator,
): { readonly bytesPerCycle: number; readonly operandBits: number } {
  const { storedActivationBits, storedWeightBits } = operandMode(packing, array);
  return memory === 'activation'
    ? { bytesPerCycle: activationBuffer.bandwidthBytesPerCycle, operandBits: storedActivationBits }
    : { bytesPerCycle: weightBuffer.bandwidthBytesPerCycle, operandBits: storedWeightBits };
}
