import type { Accelerator, MacArray } from '../../hw/accelerator.js';
import { phasesOf } from '../space/phases.js';
import { stripEntries } from '../space/strips.js';
import type { ArrayShape } from '../workload/workload.js';
import type { RoundExtents } from './array-mapping.js';

/**
 * How the sums of a round lie in the accumulators. Where columns of the array are outputs, a column has an entry for each
 * position and column block. Where they are positions, it has one for each pass and output.
 */

/** Outputs of a group that a column block has at most: one a column, or as many as a column has entries for one pass. */
export function mostBlockOutputs({ array, accumulators }: Accelerator): number {
  return array.dataflow === 'is' ? stripEntries(accumulators) : array.columns;
}

/** Positions of which the sums of a column block with so many outputs find room. */
export function stripPositions(shape: ArrayShape, outputs: number, accelerator: Accelerator): number {
  const { array, accumulators } = accelerator;
  const entries = stripEntries(accumulators);
  if (array.dataflow !== 'is') return entries;
  const passes = Math.floor(entries / outputs);
  const phases = phasesOf(shape).length;
  return Math.max(passes, array.columns * (passes + 1 - phases) + phases - 1);
}

/** Entries of a column that a round takes. */
export function roundEntries(
  shape: ArrayShape,
  { positions, blocks, outputs }: RoundExtents,
  array: MacArray,
): number {
  return array.dataflow === 'is' ? outputs * mostPasses(shape, positions, array) : positions * blocks;
}

/** Passes over so many positions, however they are spread over the phases: the last pass of each may have one position. */
function mostPasses(shape: ArrayShape, positions: number, { columns }: MacArray): number {
  const phases = phasesOf(shape).length;
  return Math.min(positions, Math.floor((positions + phases * (columns - 1)) / columns));
}
