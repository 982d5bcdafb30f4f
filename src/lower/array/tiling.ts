import type { ChannelTile } from '../program/step.js';
import { lengthOf, split, whole, type Interval } from '../space/interval.js';
import { splitPositions, tileCount, type PositionSplit } from '../space/position-split.js';
import type { ArrayShape } from '../workload/workload.js';

/** The iteration space of an array workload cut along each of its loops. Every tile but the last of a loop is full. */
export interface Tiling {
  readonly positions: PositionSplit;
  readonly groups: readonly Interval[];
  /** Of each group. */
  readonly outputChannels: readonly Interval[];
  /** Of each group. */
  readonly inputChannels: readonly Interval[];
}

/** Channels of a full tile. */
export interface ChannelExtents {
  readonly groups: number;
  readonly outputChannels: number;
  readonly inputChannels: number;
}

export function tilingOf(shape: ArrayShape, positions: PositionSplit, channels: ChannelExtents): Tiling {
  return { positions, ...splitChannels(shape, channels) };
}

/** The channels cut into tiles of the given extents. */
export function splitChannels(shape: ArrayShape, channels: ChannelExtents): Omit<Tiling, 'positions'> {
  return {
    groups: split(whole(shape.groups), channels.groups),
    outputChannels: split(whole(shape.outputChannels), channels.outputChannels),
    inputChannels: split(whole(shape.inputChannels), channels.inputChannels),
  };
}

/** Everything in one tile. */
export function wholeTiling(shape: ArrayShape): Tiling {
  return tilingOf(shape, splitPositions(shape), shape);
}

export function fullTile({ groups, outputChannels, inputChannels }: Tiling): ChannelExtents {
  return {
    groups: lengthOf(groups[0]!),
    outputChannels: lengthOf(outputChannels[0]!),
    inputChannels: lengthOf(inputChannels[0]!),
  };
}

/** Output channels of the first tile: a full one. */
export function firstChannels({ groups, outputChannels }: Tiling): ChannelTile {
  return { groups: groups[0]!, outputChannels: outputChannels[0]! };
}

/** Output channels of the last tile. */
export function lastChannels({ groups, outputChannels }: Tiling): ChannelTile {
  return { groups: groups.at(-1)!, outputChannels: outputChannels.at(-1)! };
}

/** Whether sums run over several tiles of input channels, so that they are interrupted where one ends. */
export function interruptsSums({ inputChannels }: Pick<Tiling, 'inputChannels'>): boolean {
  return inputChannels.length > 1;
}

/** Tiles of activations: one for each position tile, tile of groups and tile of input channels. */
export function activationTileCount({ positions, groups, inputChannels }: Tiling): number {
  return tileCount(positions) * groups.length * inputChannels.length;
}

export function weightTileCount({ groups, outputChannels, inputChannels }: Tiling): number {
  return groups.length * outputChannels.length * inputChannels.length;
}

export function outputTileCount({ positions, groups, outputChannels }: Tiling): number {
  return tileCount(positions) * groups.length * outputChannels.length;
}
