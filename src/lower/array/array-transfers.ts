import type { Accelerator } from '../../hw/accelerator.js';
import { loadsOf, slotCount } from '../program/slots.js';
import { NO_TRANSFERS, type Transfers } from '../program/work.js';
import { readingTileCount, tileCount, totalInputPositions, wholePositions } from '../space/position-split.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import type { ArrayMapping } from './array-mapping.js';
import {
  activationElementBytes,
  biasTileBytes,
  outputTileBytes,
  weightTileBytes,
  wholeChannels,
} from './tile-bytes.js';
import { activationTileCount, outputTileCount, weightTileCount } from './tiling.js';

/** Every load and store that the program of the mapping makes, without building it. Exact. */
export function arrayTransfers(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
): Transfers {
  const parts = [
    activationLoads(workload, mapping, accelerator),
    weightLoads(workload, mapping, accelerator),
    biasLoads(workload, mapping, accelerator),
    stores(workload, mapping),
  ];
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function stores(workload: ArrayWorkload, { tiling }: ArrayMapping): Transfers {
  if (residencyOf(workload).output) return NO_TRANSFERS;
  return {
    count: outputTileCount(tiling),
    bytes: outputTileBytes(workload, wholePositions(workload), wholeChannels(workload)),
  };
}

/** Position tiles and input channels of a group are gone through once for each tile of its output channels. */
function activationLoads(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
): Transfers {
  if (residencyOf(workload).inputs > 0) return NO_TRANSFERS;
  const { activations, outerLoop } = mapping;
  const { positions, groups, inputChannels } = activations;
  const slots = slotCount(accelerator.activationBuffer.pingPong, activationTileCount(activations));
  const rounds = mapping.tiling.outputChannels.length;
  const reading = readingTileCount(positions);
  const [outer, inner] = outerLoop === 'weights' ? [1, reading] : [reading, 1];
  const loads = outer * groups.length * loadsOf(inner * inputChannels.length, rounds, slots);
  const tiles = reading * groups.length * inputChannels.length;
  const channels = workload.groups * workload.inputChannels;
  const bytes = totalInputPositions(positions) * channels * activationElementBytes(workload);
  return { count: loads, bytes: tiles === 0 ? 0 : (loads / tiles) * bytes };
}

/** Weights are gone through once for each position tile. */
function weightLoads(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator): Transfers {
  if (residencyOf(workload).weights) return NO_TRANSFERS;
  const { weights, outerLoop } = mapping;
  const tiles = weightTileCount(weights);
  const slots = slotCount(accelerator.weightBuffer.pingPong, tiles);
  const rounds = tileCount(mapping.tiling.positions);
  const depths = weights.inputChannels.length;
  const loads =
    outerLoop === 'weights'
      ? (tiles / depths) * loadsOf(depths, rounds, slots)
      : loadsOf(tiles, rounds, slots);
  const bytes = weights.inputChannels.reduce(
    (sum, inputs) => sum + weightTileBytes(workload, wholeChannels(workload), inputs, accelerator.array),
    0,
  );
  return { count: loads, bytes: (loads / tiles) * bytes };
}

function biasLoads(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator): Transfers {
  const bytes = biasTileBytes(workload, wholeChannels(workload));
  if (bytes === 0 || residencyOf(workload).weights) return NO_TRANSFERS;
  const { weights, outerLoop } = mapping;
  const tiles = weights.groups.length * weights.outputChannels.length;
  const slots = slotCount(accelerator.weightBuffer.pingPong, weightTileCount(weights));
  const rounds = tileCount(mapping.tiling.positions);
  const loads = outerLoop === 'weights' ? tiles : loadsOf(tiles, rounds, slots);
  return { count: loads, bytes: (loads / tiles) * bytes };
}
