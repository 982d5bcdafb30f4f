import type { CycleName, EnergyComponent } from '../hw/counts.js';
import type { EnergyCost } from '../hw/energy/energy-costs.js';

/** One word per thing, the same in every report. */
export const CYCLE_LABELS: Readonly<Record<CycleName, string>> = {
  stream: 'stream',
  fill: 'fill',
  drain: 'drain',
  weightLoad: 'weight load',
  requantize: 'requantize',
  vector: 'vector',
  stalledOnLoad: 'stalled on load',
  stalledOnStore: 'stalled on store',
  idle: 'idle',
};

export const ENERGY_LABELS: Readonly<Record<EnergyComponent, string>> = {
  mac: 'MACs',
  registers: 'registers',
  accumulators: 'accumulators',
  activationBuffer: 'activation buffer',
  weightBuffer: 'weight buffer',
  outputBuffer: 'output buffer',
  dram: 'DRAM',
  requantize: 'requantize',
  vector: 'vector',
  leakage: 'leakage',
};

/** What is counted, as the cost list names it. */
export const ACTION_LABELS: Readonly<Record<EnergyCost['action'], string>> = {
  macs: 'multiply-accumulates',
  gatedMacs: 'zero-gated MACs',
  packedMacs: 'additions of MACs in packed lanes',
  packedBitProducts: 'bit products in packed lanes',
  registerBits: 'register bits written',
  accumulatorAccesses: 'accumulator accesses',
  activationReadBytes: 'activation bytes read',
  activationWriteBytes: 'activation bytes written',
  weightReadBytes: 'weight bytes read',
  weightWriteBytes: 'weight bytes written',
  outputReadBytes: 'output bytes read',
  outputWriteBytes: 'output bytes written',
  dramReadBytes: 'DRAM bytes read',
  dramWriteBytes: 'DRAM bytes written',
  requantizations: 'requantizations',
  vectorOperations: 'vector operations',
  cycles: 'cycles (leakage)',
};
