import type { Accelerator } from '../../hw/accelerator.js';
import type { Candidate } from '../candidate.js';
import { positionSplits } from '../position-splits.js';
import { bufferNeed, fits, reservedNeed, type Need } from '../program/need.js';
import { lengthOf, split, tileSizes, whole } from '../space/interval.js';
import {
  fullTilePositions,
  largestInputPositions,
  singlePositions,
  type PositionSplit,
} from '../space/position-split.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import { estimateVector } from './vector-estimate.js';
import { vectorLists } from './vector-lists.js';
import { vectorText, vectorTileCount, type VectorMapping } from './vector-mapping.js';
import { scheduleVector } from './vector-schedule.js';

/** Every mapping whose tiles fit the machine, with what it takes: tiles of positions x tiles of channels. */
export function vectorCandidates(workload: VectorWorkload, accelerator: Accelerator): Candidate[] {
  const sizes = workload.wholeChannels ? [workload.channels] : [...tileSizes(workload.channels)];
  const cuts = sizes.map((size) => split(whole(workload.channels), size));
  const candidatesOf = (splits: readonly PositionSplit[]): Candidate[] =>
    splits.flatMap((positions) =>
      cuts
        .map((channels) => ({ positions, channels }))
        .filter((mapping) => fits(vectorNeeds(workload, mapping, accelerator)))
        .map((mapping) => ({
          estimate: estimateVector(workload, mapping, accelerator),
          text: () => vectorText(workload, mapping),
          needs: () => vectorNeeds(workload, mapping, accelerator),
          build: () => scheduleVector(workload, mapping, accelerator),
          lists: () => vectorLists(workload, mapping, accelerator),
        })),
    );
  const candidates = candidatesOf(positionSplits(workload, { fine: false }));
  return candidates.length > 0 ? candidates : candidatesOf(positionSplits(workload, { fine: true }));
}

/** What the largest tile of a mapping takes of each memory. Parameters stay in the weight buffer. */
export function vectorNeeds(
  workload: VectorWorkload,
  mapping: VectorMapping,
  accelerator: Accelerator,
): Need[] {
  const residency = residencyOf(workload);
  const tiles = vectorTileCount(mapping);
  const channels = lengthOf(mapping.channels[0]!);
  const inputs = largestInputPositions(mapping.positions) * channels * residency.loadedInputBytes;
  const outputs = fullTilePositions(mapping.positions) * channels * workload.outputBytes;
  return [
    bufferNeed('activationBuffer', inputs, tiles, accelerator),
    bufferNeed('weightBuffer', residency.weights ? 0 : workload.parameterBytes, 1, accelerator),
    bufferNeed('outputBuffer', residency.output ? 0 : outputs, tiles, accelerator),
    reservedNeed(residency.reservedBytes, accelerator),
  ];
}

/** The mapping with the smallest tiles. */
export function finestVectorMapping(workload: VectorWorkload): VectorMapping {
  const size = workload.wholeChannels ? workload.channels : 1;
  return { positions: singlePositions(workload), channels: split(whole(workload.channels), size) };
}
