import type { Datapath } from '../../hw/components/datapath.js';
import type { ElementFormat } from '../../hw/components/sram.js';
import type { Place } from '../../lower/program/step.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { MemoryLayout } from './memory-layout.js';

/** Which operands of a layer are on chip when it begins: the operand's position, and the number of its place. */
export type ResidentOperands = ReadonlyMap<number, number>;

/** A tensor as it lies in DRAM, and in a memory that holds it as a whole. */
export interface ResidentTensor {
  readonly place: Place;
  readonly memory: 'activation' | 'weight' | 'bias';
  readonly codes: ArrayLike<number>;
  readonly format: ElementFormat;
}

export function bytesOf({ codes, format }: ResidentTensor): number {
  return codes.length * format.bytes;
}

/** Puts tensors where a program expects them: an earlier layer, or the setup, has brought them. */
export function putResidents(
  residents: readonly ResidentTensor[],
  layout: MemoryLayout,
  { memories }: Datapath,
): void {
  for (const { place, memory, codes, format } of residents) {
    if (!layout.has(place)) continue;
    const { first } = layout.of(place);
    for (let i = 0; i < codes.length; i += 1)
      memories[memory].write(first + i * format.bytes, codes[i]!, format);
    memories[memory].tick();
  }
}

/** Reads a result that stayed on chip. */
export function takeResident(
  result: Tensor,
  format: ElementFormat,
  layout: MemoryLayout,
  { memories }: Datapath,
): void {
  if (!layout.has('residentOutput0')) return;
  const { first } = layout.of('residentOutput0');
  for (let i = 0; i < result.data.length; i += 1) {
    result.data[i] = memories.output.read(first + i * format.bytes, format);
  }
}
