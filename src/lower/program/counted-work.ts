import type { Accelerator } from '../../hw/accelerator.js';
import type { ActionCounts } from '../../hw/counts.js';
import { addCountsTimes, zeroCounts } from '../../hw/energy/action-counts.js';
import { instructionCounts } from '../../hw/energy/instruction-counts.js';
import { burstBytes } from '../../hw/storage.js';
import type { Counted } from '../space/counted.js';
import { workCycles, type Work } from './work.js';

/** An instruction, and how often a program has it. What a program has is known before it is built. */
export interface CountedWork {
  readonly work: Work;
  readonly count: number;
}

/** An instruction for each size, as often as the size occurs. */
export function countedWork(sizes: readonly Counted[], workOf: (size: number) => Work): CountedWork[] {
  return sizes.map(({ size, count }) => ({ work: workOf(size), count }));
}

/** All of them so many times. */
export function timesOf(works: readonly CountedWork[], times: number): CountedWork[] {
  return works.map(({ work, count }) => ({ work, count: count * times }));
}

/** How many instructions that are. */
export function instructionsOf(works: readonly CountedWork[]): number {
  return works.reduce((sum, { count }) => sum + count, 0);
}

/** Cycles for which the vector unit is busy. */
export function vectorUnitCycles(works: readonly CountedWork[], accelerator: Accelerator): number {
  return works.reduce(
    (sum, { work, count }) => (work.kind === 'vector' ? sum + count * workCycles(work, accelerator) : sum),
    0,
  );
}

/** Cycles for which loads and stores keep the DRAM busy. */
export function dramCycles(works: readonly CountedWork[], accelerator: Accelerator): number {
  return works.reduce(
    (sum, { work, count }) =>
      work.unit === 'load' || work.unit === 'store' ? sum + count * workCycles(work, accelerator) : sum,
    0,
  );
}

/** What they do, counted. */
export function countsOf(works: readonly CountedWork[], accelerator: Accelerator): ActionCounts {
  return works.reduce(
    (sum, { work, count }) =>
      addCountsTimes(sum, instructionCounts({ ...work, waitsFor: [] }, accelerator), count),
    zeroCounts(),
  );
}

/** Bytes they move between DRAM and chip: whole bursts, as `dramBytesOf` counts those of a program. */
export function countedDramBytes(works: readonly CountedWork[], { dram }: Accelerator): number {
  return works.reduce(
    (sum, { work, count }) =>
      work.unit === 'load' || work.unit === 'store' ? sum + count * burstBytes(work.bytes, dram) : sum,
    0,
  );
}
