import type { Accelerator, MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import type { Candidate } from '../mapping-search.js';
import { searchPositions } from '../position-search.js';
import { fits, type Need } from '../program/need.js';
import { tileSizes } from '../space/interval.js';
import { phasesOf } from '../space/phases.js';
import { singlePositions, tileCount } from '../space/position-split.js';
import { stripSize, wholeStrip } from '../space/strips.js';
import { residencyOf, type ArrayShape, type ArrayWorkload } from '../workload/workload.js';
import { mostBlockOutputs, stripPositions } from './accumulator-use.js';
import { arrayBusy, type ArrayBusy } from './array-busy.js';
import { estimateArray } from './array-estimate.js';
import { activationNeed, arrayNeeds, fitsAccumulators, resultNeeds, weightNeed } from './array-fit.js';
import type { ArrayBlocking, ArrayMapping } from './array-mapping.js';
import { scheduleArray } from './array-schedule.js';
import { arrayText } from './array-text.js';
import { packings, termRows } from './packing.js';
import {
  activationTileCount,
  interruptsSums,
  splitChannels,
  tilingOf,
  weightTileCount,
  wholeTiling,
  type ChannelExtents,
  type Tiling,
} from './tiling.js';

/** Of the tile sizes along the input channels of which some tile fits, how many are tried, from the largest. */
const DEPTHS_TRIED = 3;

/**
 * Mappings whose tiles fit the machine, with what they take: tile sizes x loop orders x tensors kept whole. Interrupted sums
 * stay in the accumulators or, where those of a tile do not fit, are spilled.
 */
export function arrayCandidates(workload: ArrayWorkload, accelerator: Accelerator): Candidate[] {
  const { array } = accelerator;
  return outputExtents(workload, array).flatMap((outputs) => {
    const ways = residencyOf(workload).output ? [false] : [false, true];
    return ways.flatMap((spills) => {
      const candidates: Candidate[] = [];
      let depthsTried = 0;
      for (const inputChannels of tileSizes(workload.inputChannels, depthQuantum(workload, array))) {
        const found = candidatesOfChannels(workload, { ...outputs, inputChannels }, spills, accelerator);
        candidates.push(...found);
        if (found.length > 0) depthsTried += 1;
        if (depthsTried === DEPTHS_TRIED) break;
      }
      return candidates;
    });
  });
}

/** Tiles of output channels: some groups with all their outputs, or some outputs of one group. */
function outputExtents(
  shape: ArrayShape,
  { columns, dataflow }: MacArray,
): Omit<ChannelExtents, 'inputChannels'>[] {
  const { groups, outputChannels } = shape;
  const [packed, block] =
    dataflow === 'is' ? [1, 1] : [Math.max(1, Math.floor(columns / outputChannels)), columns];
  return [
    ...Array.from(tileSizes(groups, packed), (size) => ({ groups: size, outputChannels })),
    ...Array.from(tileSizes(outputChannels, block), (size) => ({ groups: 1, outputChannels: size })).slice(1),
  ];
}

/** The fewest input channels whose taps fill whole folds of the array; where sums stay, there are none to fill. */
function depthQuantum(workload: ArrayWorkload, array: MacArray): number {
  const { rows, columns, inputChannels } = workload;
  if (array.dataflow === 'os') return 1;
  const taps = rows.kernel * columns.kernel;
  const foldRows = termRows(array, lanesFor(workload, array));
  return Math.min(foldRows / greatestCommonDivisor(foldRows, taps), inputChannels);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function candidatesOfChannels(
  workload: ArrayWorkload,
  channels: ChannelExtents,
  spills: boolean,
  accelerator: Accelerator,
): Candidate[] {
  const everything = wholeTiling(workload);
  const channelTiles = splitChannels(workload, channels);
  const keepsSums = interruptsSums(channelTiles) && !spills;
  if (spills && !canSpill(workload, channelTiles)) return [];
  const blockOutputs = Math.min(channels.outputChannels, mostBlockOutputs(accelerator));
  const entries = stripPositions(workload, blockOutputs, accelerator);
  const { array } = accelerator;
  return packings(workload, channels, array, lanesFor(workload, array)).flatMap((packing) =>
    searchPositions(workload, (positions) => {
      const tiling = { positions, ...channelTiles };
      const strip = keepsSums ? wholeStrip(positions) : stripSize(positions, entries);
      const blocking = { tiling, packing, strip, blockOutputs, spills };
      if (spills && fitsAccumulators(workload, { ...blocking, spills: false }, accelerator)) return [];
      return candidatesOf(workload, blocking, everything, accelerator);
    }),
  );
}

/** Whether there are sums to spill, of every output: results that no tap reaches have none. */
function canSpill(workload: ArrayWorkload, tiling: Pick<Tiling, 'inputChannels'>): boolean {
  return interruptsSums(tiling) && phasesOf(workload).every(({ taps }) => taps > 0);
}

/** Loop orders x operands loaded tile by tile or whole, of those that fit and make a difference. */
function candidatesOf(
  workload: ArrayWorkload,
  blocking: ArrayBlocking,
  everything: Tiling,
  accelerator: Accelerator,
): Candidate[] {
  const { tiling } = blocking;
  const results = resultNeeds(workload, blocking, accelerator);
  const { inputs, weights: weightsStay } = residencyOf(workload);
  const activationChoices = loadChoices(
    tiling,
    inputs > 0 ? tiling : everything,
    activationTileCount,
    (tiles) => activationNeed(workload, tiles, accelerator),
  );
  const weightChoices = loadChoices(tiling, weightsStay ? tiling : everything, weightTileCount, (tiles) =>
    weightNeed(workload, tiles, accelerator),
  );
  const operands = activationChoices.flatMap((activations) =>
    weightChoices
      .filter((weights) => fits([...results, activations.need, weights.need]))
      .map((weights) => ({ activations: activations.tiles, weights: weights.tiles })),
  );
  if (operands.length === 0) return [];
  const hasTwoLoops =
    tileCount(tiling.positions) > 1 && tiling.groups.length * tiling.outputChannels.length > 1;
  const outerLoops = hasTwoLoops ? (['weights', 'activations'] as const) : (['weights'] as const);
  const busy = arrayBusy(workload, blocking, accelerator);
  return outerLoops.flatMap((outerLoop) =>
    operands.map((loaded) => {
      const mapping = { ...blocking, outerLoop, ...loaded };
      return candidateOf(workload, mapping, busy, accelerator);
    }),
  );
}

/** An operand's tiles, and its whole where that is something else, with what they need. */
function loadChoices(
  tiling: Tiling,
  everything: Tiling,
  count: (tiles: Tiling) => number,
  need: (tiles: Tiling) => Need,
) {
  const choices = count(tiling) === 1 || everything === tiling ? [tiling] : [tiling, everything];
  return choices.map((tiles) => ({ tiles, need: need(tiles) }));
}

function candidateOf(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  busy: ArrayBusy,
  accelerator: Accelerator,
): Candidate {
  return {
    estimate: estimateArray(workload, mapping, busy, accelerator),
    text: () => arrayText(workload, mapping),
    needs: () => arrayNeeds(workload, mapping, accelerator),
    build: () => scheduleArray(workload, mapping, accelerator),
  };
}

/** The mapping with the smallest tiles: where this one does not fit, none does. */
export function finestArrayMapping(workload: ArrayWorkload): ArrayMapping {
  const channels = { groups: 1, outputChannels: 1, inputChannels: 1 };
  const tiling = tilingOf(workload, singlePositions(workload), channels);
  return {
    outerLoop: 'weights',
    tiling,
    activations: tiling,
    weights: tiling,
    packing: { groups: 1, rows: 1 },
    strip: wholeStrip(tiling.positions),
    blockOutputs: 1,
    spills: false,
  };
}
