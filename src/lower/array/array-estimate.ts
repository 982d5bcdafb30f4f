import type { Accelerator } from '../../hw/accelerator.js';
import type { Estimate } from '../mapping-search.js';
import { loadCycles, transferCycles, workCycles } from '../program/work.js';
import { lastPiece } from '../space/interval.js';
import { phasesOf } from '../space/phases.js';
import { firstPositions, lastPositions, positionCount } from '../space/position-split.js';
import { lastStrip } from '../space/strips.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import type { ArrayBusy } from './array-busy.js';
import type { ArrayMapping } from './array-mapping.js';
import { arrayTransfers } from './array-transfers.js';
import { requantizeWork } from './array-work.js';
import { activationTileBytes, channelCount, outputTileBytes, weightTileBytes } from './tile-bytes.js';
import { firstChannels, lastChannels } from './tiling.js';

/**
 * Cycles that the program of a mapping takes at least, and its number of instructions.
 *
 * The array cannot begin before the first tiles of its operands are there, and its last results have yet to be
 * requantized and stored; the post unit and the DRAM have to do all their work in that time. Where streams end in accumulators
 * without a second half, nothing streams while sums leave these or come back, between the first stream and the last.
 */
export function estimateArray(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  { stream, preload, requantize, sums, instructions }: ArrayBusy,
  accelerator: Accelerator,
): Estimate {
  const transfers = arrayTransfers(workload, mapping, accelerator);
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
    cycles: Math.max(onArray, requantize + sums, transferCycles(transfers, accelerator)),
    instructions: instructions + transfers.count,
    dramBytes: transfers.bytes,
  };
}

/** Cycles until the first tiles of weights and of activations are there, which come in this order. */
function firstLoadCycles(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator) {
  const { weights, activations } = mapping;
  const residency = residencyOf(workload);
  const weightBytes = weightTileBytes(
    workload,
    firstChannels(weights),
    weights.inputChannels[0]!,
    accelerator.array,
  );
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
function lastResultCycles(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator): number {
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
