import type { Accelerator, SramBuffer } from '../../hw/accelerator.js';
import type { LoadInstruction } from '../../hw/isa.js';
import { countedWork, type CountedWork } from '../program/counted-work.js';
import { slotCount, timesLoaded } from '../program/slots.js';
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

function activationLoads(
  workload: ArrayWorkload,
  { activations, outerLoop, tiling }: ArrayMapping,
  accelerator: Accelerator,
): CountedWork[] {
  const { groups, inputChannels } = activations;
  const positions = countedInputPositions(activations.positions);
  const times = activationTimes(
    {
      outerLoop,
      readers: countOf(positions),
      inputs: inputChannels.length,
      tiles: activationTileCount(activations),
      outputs: tiling.outputChannels.length,
    },
    accelerator,
  );
  const channels = productOf(countedLengths(groups), countedLengths(inputChannels));
  const sizes = scaled(productOf(positions, channels), activationElementBytes(workload));
  return loadsOfTiles('loadActivations', sizes, times);
}

function weightLoads(
  workload: ArrayWorkload,
  { weights, tiling, outerLoop }: ArrayMapping,
  accelerator: Accelerator,
): CountedWork[] {
  const inputs = weights.inputChannels.length;
  const tiles = weightTileCount(weights);
  const times = weightTimes(
    { outerLoop, inputs, tiles, positions: tileCount(tiling.positions) },
    accelerator,
  );
  const outputs = productOf(countedLengths(weights.groups), countedLengths(weights.outputChannels));
  const rows = countedLengths(weights.inputChannels).map(({ size, count }) => ({
    size: weightRowBytes(workload, size, accelerator.array),
    count,
  }));
  return loadsOfTiles('loadWeights', productOf(outputs, rows), times);
}

function biasLoads(
  { biasBytes }: ArrayWorkload,
  { weights, tiling, outerLoop }: ArrayMapping,
  accelerator: Accelerator,
): CountedWork[] {
  if (biasBytes === 0) return [];
  const inputs = weights.inputChannels.length;
  const tiles = weightTileCount(weights);
  const times = biasTimes({ outerLoop, inputs, tiles, positions: tileCount(tiling.positions) }, accelerator);
  const outputs = productOf(countedLengths(weights.groups), countedLengths(weights.outputChannels));
  return loadsOfTiles('loadBias', scaled(outputs, biasBytes), times);
}

/** Tiles of activations, as far as it matters how often they are loaded. */
export interface ActivationTurns extends Pick<ArrayMapping, 'outerLoop'> {
  /** Tiles of positions that read any. */
  readonly readers: number;
  /** Tiles of input channels of a group. */
  readonly inputs: number;
  /** All tiles of activations. */
  readonly tiles: number;
  /** Tiles of output channels of a group. */
  readonly outputs: number;
}

/**
 * How often each tile of activations is loaded: position tiles and input channels of a group are gone through once for each
 * tile of its output channels.
 */
export function activationTimes(
  { outerLoop, readers, inputs, tiles, outputs }: ActivationTurns,
  { activationBuffer }: Accelerator,
): number {
  const tilesInTurn = (outerLoop === 'weights' ? readers : 1) * inputs;
  return timesLoaded(tilesInTurn, outputs, slotsOf(activationBuffer, tiles));
}

/** Tiles of weights, as far as it matters how often they are loaded. */
export interface WeightTurns extends Pick<ArrayMapping, 'outerLoop'> {
  /** Tiles of input channels of a group. */
  readonly inputs: number;
  /** All tiles of weights. */
  readonly tiles: number;
  /** Tiles of positions. */
  readonly positions: number;
}

/** How often each tile of weights is loaded: they are gone through once for each position tile. */
export function weightTimes(
  { outerLoop, inputs, tiles, positions }: WeightTurns,
  { weightBuffer }: Accelerator,
): number {
  return timesLoaded(outerLoop === 'weights' ? inputs : tiles, positions, slotsOf(weightBuffer, tiles));
}

/** The same of biases, whose slots go with those of the weights. */
export function biasTimes(
  { outerLoop, inputs, tiles, positions }: WeightTurns,
  { weightBuffer }: Accelerator,
): number {
  const tilesInTurn = outerLoop === 'weights' ? 1 : tiles / inputs;
  return timesLoaded(tilesInTurn, positions, slotsOf(weightBuffer, tiles));
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
