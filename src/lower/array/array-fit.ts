import type { Accelerator } from '../../hw/accelerator.js';
import { sumBytes } from '../../hw/storage.js';
import { accumulatorNeed, bufferNeed, reservedNeed, type Need } from '../program/need.js';
import { firstPositions, largestInputPositions, positionCount } from '../space/position-split.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import { roundEntries } from './accumulator-use.js';
import { largestRound, roundCount, type ArrayBlocking, type ArrayMapping } from './array-mapping.js';
import { biasTileBytes, channelCount, outputTileBytes, weightTileBytes } from './tile-bytes.js';
import {
  activationTileCount,
  firstChannels,
  fullTile,
  outputTileCount,
  weightTileCount,
  type Tiling,
} from './tiling.js';

/**
 * What the largest tile of a blocking takes of the memories that hold results, and what whole tensors take. Spilled sums wait
 * beside the results of their tile; others stay in the accumulators until they are complete.
 */
export function resultNeeds(
  workload: ArrayWorkload,
  blocking: ArrayBlocking,
  accelerator: Accelerator,
): Need[] {
  const { accumulators, array } = accelerator;
  const { tiling, spills } = blocking;
  const { output, reservedBytes } = residencyOf(workload);
  const [positions, channels] = [firstPositions(tiling.positions), firstChannels(tiling)];
  const outputs = output ? 0 : outputTileBytes(workload, positions, channels);
  const sums = spills ? positionCount(positions) * channelCount(channels) * sumBytes(accumulators) : 0;
  return [
    reservedNeed(reservedBytes, accelerator),
    bufferNeed('outputBuffer', outputs + sums, outputTileCount(tiling), accelerator),
    accumulatorNeed(
      roundEntries(workload, largestRound(blocking), array),
      accumulators,
      roundCount(blocking),
    ),
  ];
}

/** What the largest tile takes of the activation buffer, overlap with its neighbours included. */
export function activationNeed(workload: ArrayWorkload, tiles: Tiling, accelerator: Accelerator): Need {
  const { groups, inputChannels } = fullTile(tiles);
  const channelBytes = groups * inputChannels * residencyOf(workload).loadedInputBytes;
  const bytes = largestInputPositions(tiles.positions) * channelBytes;
  return bufferNeed('activationBuffer', bytes, activationTileCount(tiles), accelerator);
}

/**
 * What the largest tile takes of the weight buffer. It is charged with the biases as well: they wait in registers beside
 * the requantizer, which are given no size of their own, and so do not outgrow the buffer.
 */
export function weightNeed(workload: ArrayWorkload, tiles: Tiling, accelerator: Accelerator): Need {
  const outputs = firstChannels(tiles);
  const weights = weightTileBytes(workload, outputs, tiles.inputChannels[0]!, accelerator.array);
  const bytes = residencyOf(workload).weights ? 0 : weights + biasTileBytes(workload, outputs);
  return bufferNeed('weightBuffer', bytes, weightTileCount(tiles), accelerator);
}

/** What the largest tile of a mapping takes of each memory. */
export function arrayNeeds(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator): Need[] {
  return [
    activationNeed(workload, mapping.activations, accelerator),
    weightNeed(workload, mapping.weights, accelerator),
    ...resultNeeds(workload, mapping, accelerator),
  ];
}
