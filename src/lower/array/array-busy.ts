import type { Accelerator } from '../../hw/accelerator.js';
import { workCycles } from '../program/work.js';
import { countedLengths, countedPositions, countedVectors, countOf, total } from '../space/counted.js';
import { splitAll } from '../space/interval.js';
import { phasesOf } from '../space/phases.js';
import { stripIntervals } from '../space/strips.js';
import type { ArrayWorkload } from '../workload/workload.js';
import type { ArrayBlocking } from './array-mapping.js';
import { countedPasses, passWork, requantizeWork, sumsWork } from './array-work.js';
import { foldsOf } from './packing.js';

/** Cycles that units work for an array workload, and the instructions they run. */
export interface ArrayBusy {
  /** Drains included. */
  readonly stream: number;
  readonly preload: number;
  readonly requantize: number;
  /** Spills and restores. */
  readonly sums: number;
  readonly instructions: number;
}

/** Exactly what the programs of a blocking keep the array and the post unit busy with, without building it. */
export function arrayBusy(
  workload: ArrayWorkload,
  { tiling, packing, strip, blockOutputs, spills }: ArrayBlocking,
  accelerator: Accelerator,
): ArrayBusy {
  const strips = stripIntervals(tiling.positions, strip);
  const positions = countedPositions(strips);
  const phases = phasesOf(workload).map((phase) => ({
    vectors: countedVectors(strips, phase).flatMap(({ size, count }) =>
      countedPasses(size, accelerator).map((pass) => ({ size: pass.size, count: count * pass.count })),
    ),
    folds: countedLengths(tiling.inputChannels.flatMap((channels) => foldsOf(phase, channels, packing))),
  }));
  const interruptions = spills ? tiling.inputChannels.length - 1 : 0;
  const busy = { stream: 0, preload: 0, requantize: 0, sums: 0, instructions: 0 };
  for (const { size: groups, count: groupBlocks } of countedLengths(
    splitAll(tiling.groups, packing.groups),
  )) {
    const columnBlocks = countedLengths(splitAll(tiling.outputChannels, blockOutputs));
    for (const { size: outputs, count: outputBlocks } of columnBlocks) {
      const blocks = groupBlocks * outputBlocks;
      const requantize = (size: number): number =>
        workCycles(requantizeWork(size * groups * outputs, workload.outputBytes), accelerator);
      const sums = (size: number): number =>
        workCycles(sumsWork('spill', size * groups * outputs, accelerator), accelerator) +
        workCycles(sumsWork('restore', size * groups * outputs, accelerator), accelerator);
      busy.requantize += blocks * total(positions, requantize);
      busy.sums += interruptions * blocks * total(positions, sums);
      busy.instructions += (1 + 2 * interruptions) * blocks * countOf(positions);
      for (const { vectors, folds } of phases) {
        for (const { size: depth, count } of folds) {
          for (const { size, count: passes } of vectors) {
            for (const work of passWork({ groups, depth, outputs }, size, false, packing, accelerator)) {
              const times = blocks * count * passes;
              busy[work.kind === 'preload' ? 'preload' : 'stream'] += times * workCycles(work, accelerator);
              busy.instructions += times;
            }
          }
        }
      }
    }
  }
  return busy;
}
