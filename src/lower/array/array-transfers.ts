import type { Accelerator, SramBuffer } from '../../hw/accelerator.js';
import type { LoadInstruction } from '../../hw/isa.js';
import { countedWork, type CountedWork } from '../program/counted-work.js';
import { loadsOf, slotCount } from '../program/slots.js';
import { loadWork, storeWork } from '../program/work.js';
import { countedLengths, countOf, productOf, scaled, type Counted } from '../space/counted.js';
import { countedInputPositions, tileCount } from '../space/position-split.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import type { ArrayMapping } from './array-mapping.js';
import { activationElementBytes, weightRowBytes } from './tile-bytes.js';
import { activationTileCount, weightTileCount } from './tiling.js';

/** Every load that the program of the mapping makes, without building it. Exact. */
export function arrayLoads(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
): CountedWork[] {
  const { inputs, weights } = residencyOf(workload);
  return [
    ...(inputs > 0 ? [] : activationLoads(workload, mapping, accelerator)),
    ...(weights ? [] : weightLoads(workload, mapping, accelerator)),
    ...(weights ? [] : biasLoads(workload, mapping, accelerator)),
  ];
}

/** Its stores: every tile of outputs once, unless they stay. Each tile of positions with each tile of output channels makes one. */
export function arrayStores(
  workload: ArrayWorkload,
  positions: readonly Counted[],
  outputChannels: readonly Counted[],
): CountedWork[] {
  if (residencyOf(workload).output) return [];
  return countedWork(scaled(productOf(positions, outputChannels), workload.outputBytes), storeWork);
}

/** Position tiles and input channels of a group are gone through once for each tile of its output channels. */
function activationLoads(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
): CountedWork[] {
  const { activations, outerLoop } = mapping;
  const { groups, inputChannels } = activations;
  const slots = slotsOf(accelerator.activationBuffer, activationTileCount(activations));
  const rounds = mapping.tiling.outputChannels.length;
  const positions = countedInputPositions(activations.positions);
  const tilesInTurn = (outerLoop === 'weights' ? countOf(positions) : 1) * inputChannels.length;
  const channels = productOf(countedLengths(groups), countedLengths(inputChannels));
  const times = loadsOf(tilesInTurn, rounds, slots) / tilesInTurn;
  const sizes = scaled(productOf(positions, channels), activationElementBytes(workload));
  return loadsOfTiles('loadActivations', sizes, times);
}

/** Weights are gone through once for each position tile. */
function weightLoads(
  workload: ArrayWorkload,
  { weights, tiling, outerLoop }: ArrayMapping,
  { weightBuffer, array }: Accelerator,
): CountedWork[] {
  const tiles = weightTileCount(weights);
  const tilesInTurn = outerLoop === 'weights' ? weights.inputChannels.length : tiles;
  const times = loadsOf(tilesInTurn, tileCount(tiling.positions), slotsOf(weightBuffer, tiles)) / tilesInTurn;
  const outputs = productOf(countedLengths(weights.groups), countedLengths(weights.outputChannels));
  const rows = countedLengths(weights.inputChannels).map(({ size, count }) => ({
    size: weightRowBytes(workload, size, array),
    count,
  }));
  return loadsOfTiles('loadWeights', productOf(outputs, rows), times);
}

function biasLoads(
  { biasBytes }: ArrayWorkload,
  { weights, tiling, outerLoop }: ArrayMapping,
  { weightBuffer }: Accelerator,
): CountedWork[] {
  if (biasBytes === 0) return [];
  const outputs = productOf(countedLengths(weights.groups), countedLengths(weights.outputChannels));
  const tilesInTurn = outerLoop === 'weights' ? 1 : countOf(outputs);
  const slots = slotsOf(weightBuffer, weightTileCount(weights));
  const times = loadsOf(tilesInTurn, tileCount(tiling.positions), slots) / tilesInTurn;
  return loadsOfTiles('loadBias', scaled(outputs, biasBytes), times);
}

/** Every tile so many times. */
function loadsOfTiles(
  kind: LoadInstruction['kind'],
  tiles: readonly Counted[],
  times: number,
): CountedWork[] {
  return countedWork(
    tiles.map(({ size, count }) => ({ size, count: times * count })),
    (bytes) => loadWork(kind, bytes),
  );
}

function slotsOf({ pingPong }: SramBuffer, tiles: number): number {
  return slotCount(pingPong, tiles);
}
