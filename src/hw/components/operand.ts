import type { Accelerator, PackedLanes } from '../accelerator.js';
import { operandMode } from '../operand-mode.js';
import type { Extent } from './activity.js';
import { extentOf, NOWHERE } from './addresses.js';
import type { MemoryName, OperandPort } from './operations.js';
import type { Sram } from './sram.js';

/** Reads what enters the array: codes without their zero point, or what stands for nothing. */
export class OperandReader {
  readonly extent: Extent;
  readonly #port: OperandPort;
  readonly #sram: Sram;
  readonly #addresses: Int32Array;
  /** Where elements are bytes. */
  readonly #bytes: Int8Array | Uint8Array | null;

  constructor(port: OperandPort, memories: Readonly<Record<MemoryName, Sram>>) {
    const { memory, format, addresses, packedBits } = port;
    this.#port = port;
    this.#sram = memories[memory];
    this.#addresses = addresses();
    const areBytes = packedBits === null && format.bytes === 1;
    this.#bytes = areBytes ? this.#sram.bytes(format.signed) : null;
    this.extent =
      packedBits === null
        ? this.#sram.extentOf(this.#addresses, format)
        : this.#bytesOfBits(extentOf(this.#sram, this.#addresses, packedBits));
  }

  /** Reads `count` elements from a vector's lane on into places that are `step` apart. */
  read(first: number, count: number, into: Float64Array, at: number, step: number): void {
    const { absent, zeroPoint } = this.#port;
    const [addresses, bytes] = [this.#addresses, this.#bytes];
    for (let i = first, to = at; i < first + count; i += 1, to += step) {
      const address = addresses[i]!;
      if (address === NOWHERE) into[to] = absent;
      else into[to] = (bytes === null ? this.#code(address) : bytes[address]!) - zeroPoint;
    }
  }

  #code(address: number): number {
    const { format, packedBits } = this.#port;
    return packedBits === null
      ? this.#sram.read(address, format)
      : this.#sram.readBits(address, packedBits, format.signed);
  }

  #bytesOfBits({ first, end }: Extent): Extent {
    const firstByte = Math.floor(first / 8);
    return this.#sram.rowOf(firstByte, Math.ceil(end / 8) - firstByte);
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
