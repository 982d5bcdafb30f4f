import type { Accelerator, PackedLanes } from '../accelerator.js';
import { operandMode } from '../operand-mode.js';
import type { Extent } from './activity.js';
import { extentOfRuns, NOWHERE, type AddressRuns } from './addresses.js';
import type { MemoryName, OperandPort } from './operations.js';
import type { Sram } from './sram.js';

/** Reads what enters the array: codes without their zero point, or what stands for nothing. */
export class OperandReader {
  readonly extent: Extent;
  readonly #port: OperandPort;
  readonly #sram: Sram;
  readonly #runs: AddressRuns;
  /** Where elements are bytes. */
  readonly #bytes: Int8Array | Uint8Array | null;

  constructor(port: OperandPort, memories: Readonly<Record<MemoryName, Sram>>) {
    const { memory, format, runs, packedBits } = port;
    this.#port = port;
    this.#sram = memories[memory];
    this.#runs = runs();
    const areBytes = packedBits === null && format.bytes === 1;
    this.#bytes = areBytes ? this.#sram.bytes(format.signed) : null;
    const { first, end } = extentOfRuns(this.#sram, this.#runs, packedBits ?? format.bytes);
    this.extent = packedBits === null ? this.#bytesOf(first, end) : this.#bytesOf(first / 8, end / 8);
  }

  /** Reads a vector, each element into its slot of those that begin at a place. */
  read(vector: number, into: Float64Array, at: number, slots: Int32Array): void {
    const { absent, zeroPoint } = this.#port;
    const { starts, lengths, step } = this.#runs;
    const bytes = this.#bytes;
    for (let run = 0, element = 0; run < lengths.length; run += 1) {
      let address = starts[vector * lengths.length + run]!;
      const isAbsent = address === NOWHERE;
      for (const end = element + lengths[run]!; element < end; element += 1, address += step) {
        into[at + slots[element]!] = isAbsent
          ? absent
          : (bytes === null ? this.#code(address) : bytes[address]!) - zeroPoint;
      }
    }
  }

  #code(address: number): number {
    const { format, packedBits } = this.#port;
    return packedBits === null
      ? this.#sram.read(address, format)
      : this.#sram.readBits(address, packedBits, format.signed);
  }

  #bytesOf(first: number, end: number): Extent {
    return this.#sram.rowOf(Math.floor(first), Math.ceil(end) - Math.floor(first));
  }
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
