import type { LayerResult, ResidencyResult, SimulationTotals } from '../engine/result.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS, type ActionCounts } from '../hw/counts.js';
import { orderOf, type KeyOrder } from './key-order.js';

const COUNTS_ORDER: KeyOrder<ActionCounts> = {
  macs: 'plain',
  gatedMacs: 'plain',
  packedMacs: 'plain',
  packedBitProducts: 'plain',
  registerBits: 'plain',
  accumulatorAccesses: 'plain',
  activationReadBytes: 'plain',
  activationWriteBytes: 'plain',
  weightReadBytes: 'plain',
  weightWriteBytes: 'plain',
  outputReadBytes: 'plain',
  outputWriteBytes: 'plain',
  dramReadBytes: 'plain',
  dramWriteBytes: 'plain',
  requantizations: 'plain',
  vectorOperations: 'plain',
};

export const ACTIONS = Object.keys(COUNTS_ORDER) as readonly (keyof ActionCounts)[];

export const LAYER_ORDER: KeyOrder<LayerResult> = {
  index: 'plain',
  name: 'plain',
  op: 'plain',
  placement: 'plain',
  outputShape: 'array',
  macs: 'plain',
  parameterBytes: 'plain',
  cycles: 'plain',
  cycleBreakdown: orderOf(CYCLE_NAMES),
  lanes: 'plain',
  idealCycles: 'plain',
  utilization: 'plain',
  bound: 'plain',
  counts: COUNTS_ORDER,
  energyPicojoules: 'plain',
  energyBreakdown: orderOf(ENERGY_COMPONENTS),
  mapping: 'plain',
  runnerUp: 'plain',
  resident: { inputs: 'plain', weights: 'plain', output: 'plain' },
};

export const RESIDENCY_ORDER: KeyOrder<ResidencyResult> = {
  tensors: 'plain',
  weightLayers: 'plain',
  mostBytes: 'plain',
  savedCycles: 'plain',
  savedDramBytes: 'plain',
  setupCycles: 'plain',
  setupDramBytes: 'plain',
  setupEnergyPicojoules: 'plain',
};

export const TOTALS_ORDER: KeyOrder<SimulationTotals> = {
  macs: 'plain',
  cycles: 'plain',
  cycleBreakdown: orderOf(CYCLE_NAMES),
  utilization: 'plain',
  latencyMilliseconds: 'plain',
  inferencesPerSecond: 'plain',
  teraOperationsPerSecond: 'plain',
  teraOperationsPerSecondPerWatt: 'plain',
  counts: COUNTS_ORDER,
  energyPicojoules: 'plain',
  energyBreakdown: orderOf(ENERGY_COMPONENTS),
  energyDelayJouleSeconds: 'plain',
};
