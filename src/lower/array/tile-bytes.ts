import type { MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import { rowBytes } from '../../hw/storage.js';
import type { ChannelTile } from '../program/step.js';
import { lengthOf, whole, type Interval } from '../space/interval.js';
import { inputPositions, positionCount, type PositionTile } from '../space/position-split.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';

/** Bytes of an activation, wherever it is. */
export function activationElementBytes({ activationBits }: ArrayWorkload): number {
  return rowBytes(1, activationBits);
}

/** Bytes of the input region of a tile, overlap with its neighbours included and padding excluded. */
export function activationTileBytes(
  workload: ArrayWorkload,
  positions: PositionTile,
  groups: Interval,
  inputChannels: Interval,
): number {
  const channels = lengthOf(groups) * lengthOf(inputChannels);
  return inputPositions(positions, workload) * channels * activationElementBytes(workload);
}

/**
 * Bytes of the weights of some output channels for some input channels, all taps. Those of an output channel are a row: in
 * packed lanes they lie side by side, and the row ends on a whole byte.
 */
export function weightTileBytes(
  workload: ArrayWorkload,
  outputs: ChannelTile,
  inputChannels: Interval,
  array: MacArray,
): number {
  const taps = workload.rows.kernel * workload.columns.kernel;
  return channelCount(outputs) * rowBytes(taps * lengthOf(inputChannels), storedWeightBits(workload, array));
}

/** Those of the lanes it is packed in, or whole bytes. */
function storedWeightBits(workload: ArrayWorkload, array: MacArray): number {
  return lanesFor(workload, array)?.weightBits ?? 8 * rowBytes(1, workload.weightBits);
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
