import type { MacArray } from '../../hw/accelerator.js';
import { lengthOf, split, whole, type Interval } from '../space/interval.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { ArrayShape } from '../workload/workload.js';
import type { ChannelExtents } from './tiling.js';

/**
 * How groups share the array: `groups` of them lie along the diagonal at a time, each on `rows` rows of the array and on
 * as many columns as it has outputs. What a group sums beyond its rows takes further folds.
 */
export interface Packing {
  readonly groups: number;
  readonly rows: number;
}

/**
 * Ways to pack a tile: the number of groups that takes the fewest passes, folds counted, and as many groups as fit
 * without folding their sums (one group where none fits). A depthwise 3 x 3 kernel on a 16 x 16 array: 16 channels of one
 * row in 9 passes, or one channel of 9 rows a pass.
 */
export function packings(shape: ArrayShape, tile: ChannelExtents, array: MacArray): Packing[] {
  const depths = phasesOf(shape).map(({ taps }) => taps * tile.inputChannels);
  const columnGroups = Math.max(1, Math.floor(array.columns / tile.outputChannels));
  const most = Math.min(tile.groups, array.rows, columnGroups);
  const unfolded = Math.min(most, Math.max(1, Math.floor(array.rows / Math.max(...depths))));
  let best = unfolded;
  for (let groups = 1; groups <= most; groups += 1) {
    if (passes(groups, depths, tile, array) < passes(best, depths, tile, array)) best = groups;
  }
  return [...new Set([best, unfolded])].map((groups) => ({ groups, rows: Math.floor(array.rows / groups) }));
}

/** The pieces of a phase's summed dimension over some input channels that go through the array one after the other. */
export function foldsOf(phase: Phase, inputChannels: Interval, { rows }: Packing): Interval[] {
  return split(whole(phase.taps * lengthOf(inputChannels)), rows);
}

function passes(packed: number, depths: readonly number[], tile: ChannelExtents, array: MacArray): number {
  const rows = Math.floor(array.rows / packed);
  const folds = depths.reduce((sum, depth) => sum + Math.ceil(depth / rows), 0);
  const blocks = Math.ceil(tile.groups / packed) * Math.ceil(tile.outputChannels / array.columns);
  return blocks * folds;
}
