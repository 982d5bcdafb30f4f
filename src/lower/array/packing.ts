import type { MacArray, PackedLanes } from '../../hw/accelerator.js';
import { lengthOf, split, whole, type Interval } from '../space/interval.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { ArrayShape } from '../workload/workload.js';
import type { ChannelExtents } from './tiling.js';

/**
 * How groups share the array: `groups` of them at a time, each on as many columns as it has outputs, and summing `rows`
 * products at a time; what a group sums beyond that takes further folds. Where weights stay the groups lie along the
 * diagonal, each on `rows` rows of the array. Where sums stay the operands of one group follow those of the other, and
 * nothing is folded.
 *
 * In packed lanes a row of the array is as many of these rows as it has lanes; groups may share it, a lane each.
 */
export interface Packing {
  readonly groups: number;
  readonly rows: number;
  readonly packed?: PackedLanes;
}

/**
 * Ways to pack a tile: the number of groups that takes the fewest passes, folds counted, and as many groups as fit
 * without folding their sums (one group where none fits). A depthwise 3 x 3 kernel on a 16 x 16 array: 16 channels of one
 * row in 9 passes, or one channel of 9 rows a pass. Where sums stay, as many groups as the columns hold: each further one
 * saves the fill of a pass. Where activations stay positions take all columns, and groups do not share them; nor do they on
 * a machine without group packing.
 */
export function packings(
  shape: ArrayShape,
  tile: ChannelExtents,
  array: MacArray,
  packed?: PackedLanes,
): Packing[] {
  const rows = termRows(array, packed);
  const lanes = packed === undefined ? {} : { packed };
  const depths = phasesOf(shape).map(({ taps }) => taps * tile.inputChannels);
  const columnGroups = groupsAcross(array, tile.outputChannels);
  if (array.dataflow === 'os') {
    return [{ groups: Math.min(tile.groups, columnGroups), rows: Math.max(1, ...depths), ...lanes }];
  }
  const most = Math.min(tile.groups, rows, columnGroups);
  const unfolded = Math.min(most, Math.max(1, Math.floor(rows / Math.max(...depths))));
  const passes = (groups: number): number => {
    const folds = depths.reduce((sum, depth) => sum + Math.ceil(depth / Math.floor(rows / groups)), 0);
    return Math.ceil(tile.groups / groups) * Math.ceil(tile.outputChannels / array.columns) * folds;
  };
  if (most === 1) return [{ groups: 1, rows, ...lanes }];
  let best = unfolded;
  for (let groups = 1; groups <= most; groups += 1) {
    if (passes(groups) < passes(best)) best = groups;
  }
  return [...new Set([best, unfolded])].map((groups) => ({
    groups,
    rows: Math.floor(rows / groups),
    ...lanes,
  }));
}

/** Terms of the summed dimension that the rows of the array take in a cycle. */
export function termRows({ rows }: MacArray, packed: PackedLanes | undefined): number {
  return rows * (packed?.lanes ?? 1);
}

/** Groups of so many outputs that find columns beside each other: one on a machine, or in a dataflow, that packs none. */
export function groupsAcross({ columns, dataflow, groupPacking }: MacArray, outputs: number): number {
  if (dataflow === 'is' || !groupPacking) return 1;
  return Math.max(1, Math.floor(columns / outputs));
}

/** The pieces of a phase's summed dimension over some input channels that go through the array one after the other. */
export function foldsOf(phase: Phase, inputChannels: Interval, { rows }: Packing): Interval[] {
  return split(whole(phase.taps * lengthOf(inputChannels)), rows);
}
