import type { AccumulatorFile, SramBuffer } from '../../hw/accelerator.js';
import { slotCount } from './slots.js';

/** What the largest tile of a mapping takes of a memory, and what the memory has. */
export interface Need {
  readonly memory: 'activationBuffer' | 'weightBuffer' | 'outputBuffer' | 'accumulators';
  /** Bytes; of the accumulators, entries of one column. So is the capacity. */
  readonly needed: number;
  readonly capacity: number;
  /** Tiles that share the capacity. */
  readonly slots: number;
}

/** The need of tiles of at most `needed` bytes of a buffer that gets `tiles` of them in the course of a layer. */
export function bufferNeed(
  memory: Exclude<Need['memory'], 'accumulators'>,
  needed: number,
  { capacityBytes, pingPong }: SramBuffer,
  tiles: number,
): Need {
  return { memory, needed, capacity: capacityBytes, slots: slotCount(pingPong, tiles) };
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

/** Room for one tile. */
export function roomOf({ capacity, slots }: Need): number {
  return Math.floor(capacity / slots);
}

export function fits(needs: readonly Need[]): boolean {
  return needs.every((need) => need.needed <= roomOf(need));
}
