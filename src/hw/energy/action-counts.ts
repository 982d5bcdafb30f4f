import type { ActionCounts } from '../counts.js';

/** Nothing done: what a sum of counts starts from. */
export function zeroCounts(): ActionCounts {
  return {
    macs: 0,
    gatedMacs: 0,
    packedMacs: 0,
    packedBitProducts: 0,
    registerBits: 0,
    accumulatorAccesses: 0,
    activationReadBytes: 0,
    activationWriteBytes: 0,
    weightReadBytes: 0,
    weightWriteBytes: 0,
    outputReadBytes: 0,
    outputWriteBytes: 0,
    dramReadBytes: 0,
    dramWriteBytes: 0,
    requantizations: 0,
    vectorOperations: 0,
  };
}

/** Field by field. Counts are integers, so sums are exact in any order. */
export function addCounts(a: ActionCounts, b: ActionCounts): ActionCounts {
  return {
    macs: a.macs + b.macs,
    gatedMacs: a.gatedMacs + b.gatedMacs,
    packedMacs: a.packedMacs + b.packedMacs,
    packedBitProducts: a.packedBitProducts + b.packedBitProducts,
    registerBits: a.registerBits + b.registerBits,
    accumulatorAccesses: a.accumulatorAccesses + b.accumulatorAccesses,
    activationReadBytes: a.activationReadBytes + b.activationReadBytes,
    activationWriteBytes: a.activationWriteBytes + b.activationWriteBytes,
    weightReadBytes: a.weightReadBytes + b.weightReadBytes,
    weightWriteBytes: a.weightWriteBytes + b.weightWriteBytes,
    outputReadBytes: a.outputReadBytes + b.outputReadBytes,
    outputWriteBytes: a.outputWriteBytes + b.outputWriteBytes,
    dramReadBytes: a.dramReadBytes + b.dramReadBytes,
    dramWriteBytes: a.dramWriteBytes + b.dramWriteBytes,
    requantizations: a.requantizations + b.requantizations,
    vectorOperations: a.vectorOperations + b.vectorOperations,
  };
}
