import type { Accelerator, AccumulatorFile } from '../../hw/accelerator.js';
import type { BufferName, MemoryName } from '../../hw/accelerator-schema.js';
import { slotCount } from './slots.js';

/** What the largest tile of a mapping takes of a memory, and what the memory has. */
export interface Need {
  readonly memory: MemoryName | 'accumulators';
  /** Bytes; of the accumulators, entries of one column. So is the capacity. */
  readonly needed: number;
  readonly capacity: number;
  /** Tiles that share the capacity. */
  readonly slots: number;
}

/** The need of tiles of at most `needed` bytes of a buffer that gets `tiles` of them in the course of a layer. */
export function bufferNeed(buffer: BufferName, needed: number, tiles: number, machine: Accelerator): Need {
  const { capacityBytes, pingPong } = machine[buffer];
  const memory = machine.unified === true ? 'scratchpad' : buffer;
  return { memory, needed, capacity: capacityBytes, slots: slotCount(pingPong, tiles) };
}

/** The need of tensors that lie whole beside the tiles: in the scratchpad, or weights in their buffer. */
export function reservedNeed(bytes: number, machine: Accelerator): Need {
  return bufferNeed('weightBuffer', bytes, 1, machine);
}

/** The need of `needed` partial sums a column, `fillings` times in the course of a layer. */
export function accumulatorNeed(
  needed: number,
  { entriesPerColumn, pingPong }: AccumulatorFile,
  fillings: number,
): Need {
  return {
    memory: 'accumulators',
    needed,
    capacity: entriesPerColumn,
    slots: slotCount(pingPong, fillings),
  };
}

/** Whether every memory has room for all slots of all its needs: those of a scratchpad share it. */
export function fits(needs: readonly Need[]): boolean {
  return needs.every(({ memory, capacity }) => neededOf(memory, needs) <= capacity);
}

/** What all slots of the needs of one memory take of it together. */
export function neededOf(memory: Need['memory'], needs: readonly Need[]): number {
  return needs.reduce((sum, need) => sum + (need.memory === memory ? need.needed * need.slots : 0), 0);
}
