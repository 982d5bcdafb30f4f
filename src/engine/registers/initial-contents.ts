import type { Datapath } from '../../hw/components/datapath.js';
import type { LoadOperation } from '../../hw/components/operations.js';
import type { Tensor } from '../../tensor/tensor.js';
import { formatOf } from './array-layer.js';
import type { MemoryLayout } from './memory-layout.js';

/** Which operands of a layer are on chip when it begins: the operand's position, and the number of its place. */
export type ResidentOperands = ReadonlyMap<number, number>;

/** What is in a memory when a program begins: an earlier layer made it, or the setup brought it. */
export type InitialContent = Pick<LoadOperation, 'memory' | 'address' | 'content'>;

/** Puts it there. */
export function fill(contents: readonly InitialContent[], { memories }: Datapath): void {
  for (const { memory, address, content } of contents) {
    memories[memory].writeRow(address, content());
    memories[memory].tick();
  }
}

/** Reads a result that stays on chip, if the program leaves one. */
export function takeResident(result: Tensor, layout: MemoryLayout, { memories }: Datapath): void {
  if (!layout.has('residentOutput0')) return;
  const { first } = layout.of('residentOutput0');
  const format = formatOf(result);
  for (let i = 0; i < result.data.length; i += 1) {
    result.data[i] = memories.output.read(first + i * format.bytes, format);
  }
}
