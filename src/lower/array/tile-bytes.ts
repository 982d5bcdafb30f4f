import type { ChannelTile } from '../program/step.js';
import { lengthOf, whole, type Interval } from '../space/interval.js';
import { inputPositions, positionCount, type PositionTile } from '../space/position-split.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';

/** Bytes of the input region of a tile, overlap with its neighbours included and padding excluded. */
export function activationTileBytes(
  workload: ArrayWorkload,
  positions: PositionTile,
  groups: Interval,
  inputChannels: Interval,
): number {
  const channels = lengthOf(groups) * lengthOf(inputChannels);
  return inputPositions(positions, workload) * channels * workload.activationBytes;
}

/** Bytes of the weights of some output channels for some input channels, all taps. */
export function weightTileBytes(
  workload: ArrayWorkload,
  outputs: ChannelTile,
  inputChannels: Interval,
): number {
  const taps = workload.rows.kernel * workload.columns.kernel;
  return channelCount(outputs) * taps * lengthOf(inputChannels) * workload.weightBytes;
}

export function biasTileBytes(workload: ArrayWorkload, outputs: ChannelTile): number {
  return channelCount(outputs) * workload.biasBytes;
}

export function outputTileBytes(
  workload: ArrayWorkload,
  positions: PositionTile,
  outputs: ChannelTile,
): number {
  return positionCount(positions) * channelCount(outputs) * workload.outputBytes;
}

export function channelCount({ groups, outputChannels }: ChannelTile): number {
  return lengthOf(groups) * lengthOf(outputChannels);
}

/** All output channels. */
export function wholeChannels({ groups, outputChannels }: ArrayShape): ChannelTile {
  return { groups: whole(groups), outputChannels: whole(outputChannels) };
}
