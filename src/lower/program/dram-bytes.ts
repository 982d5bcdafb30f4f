import type { Accelerator } from '../../hw/accelerator.js';
import { burstBytes } from '../../hw/storage.js';
import type { CountedWork } from './counted-work.js';

/** Bytes that instructions move between DRAM and chip: whole bursts, as they are counted and costed. */
export function dramBytesOf(works: readonly CountedWork[], { dram }: Accelerator): number {
  return works.reduce(
    (sum, { work, count }) =>
      work.unit === 'load' || work.unit === 'store' ? sum + count * burstBytes(work.bytes, dram) : sum,
    0,
  );
}
