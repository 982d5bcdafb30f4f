import type { Accelerator, Lanes, Sourced, SramBuffer } from '../hw/accelerator.js';
import type { KeyOrder } from './key-order.js';

const LANES: KeyOrder<Lanes> = { lanes: 'plain', latencyCycles: 'plain' };

const BUFFER: KeyOrder<SramBuffer> = {
  capacityBytes: 'plain',
  bandwidthBytesPerCycle: 'plain',
  pingPong: 'plain',
  wordBits: 'plain',
};

const COST: KeyOrder<Sourced> = { value: 'plain', source: 'plain', verified: 'plain' };

export const MACHINE_ORDER: KeyOrder<Accelerator> = {
  name: 'plain',
  description: 'plain',
  source: 'plain',
  clockHertz: 'plain',
  array: {
    kind: 'plain',
    dataflow: 'plain',
    drain: 'plain',
    rows: 'plain',
    columns: 'plain',
    pipelineStages: 'plain',
    pingPongWeights: 'plain',
    activationBits: 'plain',
    weightBits: 'plain',
    packedLanes: 'array',
  },
  accumulators: { bits: 'plain', overflow: 'plain', entriesPerColumn: 'plain', pingPong: 'plain' },
  requantizer: LANES,
  vector: LANES,
  activationBuffer: BUFFER,
  weightBuffer: BUFFER,
  outputBuffer: BUFFER,
  unified: 'plain',
  residency: { activations: 'plain', weights: 'plain' },
  dram: {
    bandwidthBytesPerCycle: { numerator: 'plain', denominator: 'plain' },
    latencyCycles: 'plain',
    burstBytes: 'plain',
  },
  technology: {
    name: 'plain',
    nodeNanometres: 'plain',
    macPicojoules: COST,
    packedMultiplyPicojoules: COST,
    packedAddPicojoules: COST,
    registerPicojoulesPerBit: COST,
    accumulatorPicojoulesPerAccess: COST,
    activationReadPicojoulesPerByte: COST,
    activationWritePicojoulesPerByte: COST,
    weightReadPicojoulesPerByte: COST,
    weightWritePicojoulesPerByte: COST,
    outputReadPicojoulesPerByte: COST,
    outputWritePicojoulesPerByte: COST,
    dramPicojoulesPerByte: COST,
    requantizePicojoules: COST,
    vectorPicojoules: COST,
    leakageMilliwatts: COST,
  },
  zeroGating: { operands: 'plain', macFraction: 'plain' },
};
