import type { Accelerator, Sourced, SramBuffer } from '../../src/hw/accelerator.js';

export const DRAM_BYTES_PER_CYCLE = 8;

/** A machine with round figures. Reports are tested on it, so that presets may change. */
export function machineFixture(changes: Partial<Accelerator> = {}): Accelerator {
  return {
    name: 'fixture-16x16',
    description: 'a machine of the tests',
    source: 'invented for the tests',
    clockHertz: 500e6,
    array: {
      kind: 'dot-product',
      dataflow: 'ws',
      rows: 16,
      columns: 16,
      pipelineStages: 2,
      pingPongWeights: true,
      groupPacking: true,
      activationBits: 8,
      weightBits: 8,
    },
    accumulators: { bits: 32, overflow: 'wrap', entriesPerColumn: 1024, pingPong: true },
    requantizer: { lanes: 16, latencyCycles: 4 },
    vector: { lanes: 16, latencyCycles: 4 },
    activationBuffer: sram(64 * 1024),
    weightBuffer: sram(64 * 1024),
    outputBuffer: sram(32 * 1024),
    dram: {
      bandwidthBytesPerCycle: { numerator: DRAM_BYTES_PER_CYCLE, denominator: 1 },
      latencyCycles: 100,
      burstBytes: 64,
    },
    technology: {
      name: 'fixture-22nm',
      nodeNanometres: 22,
      macPicojoules: cost(0.2, 'a MAC of the tests'),
      registerPicojoulesPerBit: cost(0.006, 'a register of the tests'),
      accumulatorPicojoulesPerAccess: cost(0.25, 'a register of the tests'),
      activationReadPicojoulesPerByte: cost(0.4, 'an SRAM of the tests'),
      activationWritePicojoulesPerByte: cost(0.35, 'an SRAM of the tests'),
      weightReadPicojoulesPerByte: cost(0.4, 'an SRAM of the tests'),
      weightWritePicojoulesPerByte: cost(0.35, 'an SRAM of the tests'),
      outputReadPicojoulesPerByte: cost(0.28, 'an SRAM of the tests'),
      outputWritePicojoulesPerByte: cost(0.26, 'an SRAM of the tests'),
      dramPicojoulesPerByte: cost(64, 'LPDDR4 of the tests'),
      requantizePicojoules: cost(2.6, 'an int32 multiplier of the tests'),
      vectorPicojoules: cost(0.7, 'a vector lane of the tests'),
      leakageMilliwatts: cost(5, 'leakage of the tests'),
    },
    ...changes,
  };
}

function sram(capacityBytes: number): SramBuffer {
  return { capacityBytes, bandwidthBytesPerCycle: 16, pingPong: true, wordBits: 128 };
}

function cost(value: number, source: string): Sourced {
  return { value, source };
}
