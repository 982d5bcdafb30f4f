import type { Accelerator } from '../../hw/accelerator.js';
import type { Candidate } from '../mapping-search.js';
import { searchPositions } from '../position-search.js';
import { bufferNeed, fits, reservedNeed, type Need } from '../program/need.js';
import { lengthOf, split, tileSizes, whole } from '../space/interval.js';
import { fullTilePositions, largestInputPositions, singlePositions } from '../space/position-split.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import { estimateVector } from './vector-estimate.js';
import { vectorText, vectorTileCount, type VectorMapping } from './vector-mapping.js';
import { scheduleVector } from './vector-schedule.js';

/** Mappings whose tiles fit the machine, with what they take. */
export function vectorCandidates(workload: VectorWorkload, accelerator: Accelerator): Candidate[] {
  const sizes = workload.wholeChannels ? [workload.channels] : [...tileSizes(workload.channels)];
  return sizes.flatMap((size) => {
    const channels = split(whole(workload.channels), size);
    return searchPositions(workload, (positions) => {
      const mapping = { positions, channels };
      if (!fits(vectorNeeds(workload, mapping, accelerator))) return [];
      return [
        {
          estimate: estimateVector(workload, mapping, accelerator),
          text: () => vectorText(workload, mapping),
          needs: () => vectorNeeds(workload, mapping, accelerator),
          build: () => scheduleVector(workload, mapping, accelerator),
        },
      ];
    });
  });
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
