import type { Accelerator } from '../../hw/accelerator.js';
import { loadCycles, workCycles } from '../program/work.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import { requantizeWork } from './array-work.js';
import type { ChipTotals } from './chip-work.js';

/** Cycles around the work on the array of a layer. */
export interface ArrayEnds {
  /** Of the loads of the first tiles of weights and of activations, which come in this order; 0 where nothing is loaded. */
  readonly firstWeights: number;
  readonly firstActivations: number;
  /** From the end of the last stream: its block is requantized, its tile stored unless it stays. */
  readonly lastResult: number;
}

/**
 * Cycles that a program with this work takes at least.
 *
 * The array cannot begin before the first tiles of its operands are there, and its last results have yet to be
 * requantized and stored; the post unit and the DRAM have to do all their work in that time. Where streams end in accumulators
 * without a second half, nothing streams while sums leave these or come back, between the first stream and the last.
 *
 * @param dram cycles for which loads and stores keep the DRAM busy
 */
export function leastArrayCycles(
  { stream, preload, requantize, sums }: ChipTotals,
  { firstWeights, firstActivations, lastResult }: ArrayEnds,
  dram: number,
  { array, accumulators }: Accelerator,
): number {
  const { dataflow, drain, pingPongWeights } = array;
  const operandsReady = firstWeights + firstActivations;
  // Activations are loaded after the weights; where the first tile reads only padding, nothing is.
  const stationaryReady = firstActivations === 0 ? 0 : operandsReady;
  const preloadReady = dataflow === 'is' ? stationaryReady : firstWeights;
  const waits = accumulators.pingPong || drain === 'shift' ? 0 : sums;
  const multiply = pingPongWeights
    ? Math.max(operandsReady + stream + waits, preloadReady + preload)
    : stream + Math.max(operandsReady + waits, preloadReady + preload);
  return Math.max(multiply + lastResult, requantize + sums, dram);
}

/**
 * Cycles from the end of the last stream. Where a phase has no taps, the last results may be biases alone and wait for no
 * stream.
 *
 * @param last outputs of the last block that is requantized, and of the last tile
 */
export function lastResultCycles(
  workload: ArrayWorkload,
  hasSumsEverywhere: boolean,
  last: { readonly block: number; readonly tile: number },
  accelerator: Accelerator,
): number {
  if (!hasSumsEverywhere) return 0;
  const { outputBytes } = workload;
  const requantize = workCycles(requantizeWork(last.block, outputBytes), accelerator);
  if (residencyOf(workload).output) return requantize;
  return requantize + loadCycles(last.tile * outputBytes, accelerator);
}
