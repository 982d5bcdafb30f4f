import type { Accelerator } from '../../hw/accelerator.js';
import type { Place, Step } from '../program/step.js';
import { positionCount } from '../space/position-split.js';
import type { ArrayWorkload } from '../workload/workload.js';
import type { Round } from './array-mapping.js';
import { requantizeWork, sumsWork } from './array-work.js';
import { channelCount } from './tile-bytes.js';

/** Complete sums of a round → codes, block by block. */
export function requantizeSteps(
  { positions, blocks }: Round,
  reads: readonly Place[],
  output: Place,
  { outputBytes }: ArrayWorkload,
): Step[] {
  return blocks.map((channels) => ({
    work: requantizeWork(positionCount(positions) * channelCount(channels), outputBytes),
    part: { of: 'outputs', positions, channels },
    reads,
    writes: [output],
  }));
}

/** Interrupted sums of a round from one place to another, block by block: out of the accumulators, or back. */
export function sumsSteps(
  kind: 'spill' | 'restore',
  { positions, blocks }: Round,
  from: Place,
  to: Place,
  accelerator: Accelerator,
): Step[] {
  return blocks.map((channels) => ({
    work: sumsWork(kind, positionCount(positions) * channelCount(channels), accelerator),
    part: { of: 'sums', positions, channels },
    reads: [from],
    writes: [to],
  }));
}
