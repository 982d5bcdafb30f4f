import type { Accelerator } from '../../hw/accelerator.js';
import type { Estimate, Least } from '../candidate.js';
import {
  busyCycles,
  countedDramBytes,
  countsOf,
  dramCycles,
  instructionsOf,
  type CountedWork,
} from '../program/counted-work.js';
import { loadCycles, workCycles } from '../program/work.js';
import { lastPiece } from '../space/interval.js';
import { phasesOf } from '../space/phases.js';
import { firstPositions, lastPositions, positionCount } from '../space/position-split.js';
import { lastStrip } from '../space/strips.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import type { ArrayBlocking, ArrayMapping } from './array-mapping.js';
import { arrayLoads } from './array-transfers.js';
import { requantizeWork } from './array-work.js';
import { activationTileBytes, channelCount, outputTileBytes, weightTileBytes } from './tile-bytes.js';
import { firstChannels, lastChannels } from './tiling.js';

/** What the programs of a blocking do whatever the order of their loops, and the cycles that takes the array and the post unit. */
export interface BlockingWork {
  /** On the chip, and the stores. */
  readonly works: readonly CountedWork[];
  /** Drains included. */
  readonly stream: number;
  readonly preload: number;
  readonly requantize: number;
  /** Spills and restores. */
  readonly sums: number;
}

export function blockingWork(works: readonly CountedWork[], accelerator: Accelerator): BlockingWork {
  const { stream, drain, preload, requantize, spill, restore } = busyCycles(works, accelerator);
  return { works, stream: stream + drain, preload, requantize, sums: spill + restore };
}

/** What the programs of a blocking take at least: `loads` are what none of them can do without. */
export function leastOfBlocking(
  { works, stream, preload, requantize, sums }: BlockingWork,
  loads: readonly CountedWork[],
  accelerator: Accelerator,
): Least {
  const onArray = accelerator.array.pingPongWeights ? Math.max(stream, preload) : stream + preload;
  const all = [...works, ...loads];
  return {
    cycles: Math.max(onArray, requantize + sums, dramCycles(all, accelerator)),
    instructions: instructionsOf(all),
    dramBytes: countedDramBytes(all, accelerator),
    counts: () => countsOf(all, accelerator),
  };
}

/**
 * Cycles that the program of a mapping takes at least; everything else of it is exact.
 *
 * The array cannot begin before the first tiles of its operands are there, and its last results have yet to be
 * requantized and stored; the post unit and the DRAM have to do all their work in that time. Where streams end in accumulators
 * without a second half, nothing streams while sums leave these or come back, between the first stream and the last.
 */
export function estimateArray(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  { works, stream, preload, requantize, sums }: BlockingWork,
  accelerator: Accelerator,
): Estimate {
  const all = [...works, ...arrayLoads(workload, mapping, accelerator)];
  const loads = firstLoadCycles(workload, mapping, accelerator);
  const { dataflow, drain, pingPongWeights } = accelerator.array;
  const operandsReady = loads.weights + loads.activations;
  // Activations are loaded after the weights; where the first tile reads only padding, nothing is.
  const preloadReady = dataflow !== 'is' ? loads.weights : loads.activations === 0 ? 0 : operandsReady;
  const waits = accelerator.accumulators.pingPong || drain === 'shift' ? 0 : sums;
  const multiply = pingPongWeights
    ? Math.max(operandsReady + stream + waits, preloadReady + preload)
    : stream + Math.max(operandsReady + waits, preloadReady + preload);
  const onArray = multiply + lastResultCycles(workload, mapping, accelerator);
  return {
    cycles: Math.max(onArray, requantize + sums, dramCycles(all, accelerator)),
    instructions: instructionsOf(all),
    dramBytes: countedDramBytes(all, accelerator),
    counts: () => countsOf(all, accelerator),
  };
}

/** Cycles until the first tiles of weights and of activations are there, which come in this order. */
function firstLoadCycles(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator) {
  const { weights, activations } = mapping;
  const residency = residencyOf(workload);
  const { array } = accelerator;
  const weightBytes = weightTileBytes(workload, firstChannels(weights), weights.inputChannels[0]!, array);
  const activationBytes = activationTileBytes(
    workload,
    firstPositions(activations.positions),
    activations.groups[0]!,
    activations.inputChannels[0]!,
  );
  return {
    weights: residency.weights ? 0 : loadCycles(weightBytes, accelerator),
    activations: residency.inputs > 0 ? 0 : loadCycles(activationBytes, accelerator),
  };
}

/**
 * Cycles from the end of the last stream: its block is requantized, its tile stored unless it stays. Where a phase has no taps, the last
 * results may be biases alone and wait for no stream.
 */
function lastResultCycles(workload: ArrayWorkload, mapping: ArrayBlocking, accelerator: Accelerator): number {
  if (phasesOf(workload).some(({ taps }) => taps === 0)) return 0;
  const { tiling, strip, packing, blockOutputs } = mapping;
  const positions = lastPositions(tiling.positions);
  const channels = lastChannels(tiling);
  const block = {
    groups: lastPiece(channels.groups, packing.groups),
    outputChannels: lastPiece(channels.outputChannels, blockOutputs),
  };
  const elements = positionCount(lastStrip(positions, strip)) * channelCount(block);
  const requantize = workCycles(requantizeWork(elements, workload.outputBytes), accelerator);
  if (residencyOf(workload).output) return requantize;
  return requantize + loadCycles(outputTileBytes(workload, positions, channels), accelerator);
}
