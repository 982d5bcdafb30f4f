import type { Accelerator, PackedLanes } from '../accelerator.js';
import { operandMode } from '../operand-mode.js';
import type { Extent } from './activity.js';
import { extentOfRuns, NOWHERE, type AddressRuns } from './addresses.js';
import type { MemoryName, OperandPort } from './operations.js';
import type { OperandValues } from './product-array.js';
import type { VectorReader } from './simd/vector-reader.js';
import type { Sram } from './sram.js';

/** Reads what enters the array: codes without their zero point, or what stands for nothing. */
export class OperandReader {
  readonly extent: Extent;
  readonly #port: OperandPort;
  readonly #sram: Sram;
  readonly #runs: AddressRuns;
  /** Where the elements of a vector are among those that are read. */
  readonly #slots: Int32Array;
  /** Null where vectors are read one by one. */
  readonly #vectors: VectorReader | null;

  /** @param vectors reads them where elements are bytes, if there is one */
  constructor(
    port: OperandPort,
    memories: Readonly<Record<MemoryName, Sram>>,
    slots: Int32Array,
    vectors: VectorReader | null = null,
  ) {
    const { memory, format, runs, packedBits } = port;
    this.#port = port;
    this.#sram = memories[memory];
    this.#runs = runs();
    this.#slots = slots;
    const { first, end } = extentOfRuns(this.#sram, this.#runs, packedBits ?? format.bytes);
    this.extent = packedBits === null ? this.#bytesOf(first, end) : this.#bytesOf(first / 8, end / 8);
    this.#vectors = packedBits === null && format.bytes === 1 ? vectors : null;
    this.#vectors?.begin(port, this.#runs, slots, this.#sram.bytes);
  }

  /** Reads vectors from `first` on to where `at` is, each so many elements behind the one before. */
  read(first: number, count: number, into: OperandValues, at: number, vectorLength: number): void {
    if (this.#vectors !== null) {
      this.#vectors.read(first, count, into as Int16Array, at, vectorLength);
      return;
    }
    for (let vector = 0; vector < count; vector += 1) {
      this.#readOne(first + vector, into, at + vector * vectorLength);
    }
  }

  #readOne(vector: number, into: OperandValues, at: number): void {
    const { absent, zeroPoint } = this.#port;
    const { starts, lengths, step } = this.#runs;
    for (let run = 0, element = 0; run < lengths.length; run += 1) {
      let address = starts[vector * lengths.length + run]!;
      const isAbsent = address === NOWHERE;
      for (const end = element + lengths[run]!; element < end; element += 1, address += step) {
        into[at + this.#slots[element]!] = isAbsent ? absent : this.#code(address) - zeroPoint;
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
  packing: { readonly packed?: PackedLanes | undefined },
  { array, activationBuffer, weightBuffer }: Accelerator,
): { readonly bytesPerCycle: number; readonly operandBits: number } {
  const { storedActivationBits, storedWeightBits } = operandMode(packing, array);
  return memory === 'activation'
    ? { bytesPerCycle: activationBuffer.bandwidthBytesPerCycle, operandBits: storedActivationBits }
    : { bytesPerCycle: weightBuffer.bandwidthBytesPerCycle, operandBits: storedWeightBits };
}
