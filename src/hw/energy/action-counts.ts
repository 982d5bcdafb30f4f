import type { ActionCounts } from '../counts.js';

/** Nothing done: what a sum of counts starts from. */
export function zeroCounts(): ActionCounts {
  return {
    macs: 0,
    gatedMacs: 0,
    packedMacs: 0,
    packedBitProducts: 0,
    measuredMacs: 0,
    operandToggles: 0,
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
  return addCountsTimes(a, b, 1);
}

/** `a` and so many times `b`. */
export function addCountsTimes(a: ActionCounts, b: ActionCounts, times: number): ActionCounts {
  return {
    macs: a.macs + times * b.macs,
    gatedMacs: a.gatedMacs + times * b.gatedMacs,
    packedMacs: a.packedMacs + times * b.packedMacs,
    packedBitProducts: a.packedBitProducts + times * b.packedBitProducts,
    measuredMacs: a.measuredMacs + times * b.measuredMacs,
    operandToggles: a.operandToggles + times * b.operandToggles,
    registerBits: a.registerBits + times * b.registerBits,
    accumulatorAccesses: a.accumulatorAccesses + times * b.accumulatorAccesses,
    activationReadBytes: a.activationReadBytes + times * b.activationReadBytes,
    activationWriteBytes: a.activationWriteBytes + times * b.activationWriteBytes,
    weightReadBytes: a.weightReadBytes + times * b.weightReadBytes,
    weightWriteBytes: a.weightWriteBytes + times * b.weightWriteBytes,
    outputReadBytes: a.outputReadBytes + times * b.outputReadBytes,
    outputWriteBytes: a.outputWriteBytes + times * b.outputWriteBytes,
    dramReadBytes: a.dramReadBytes + times * b.dramReadBytes,
    dramWriteBytes: a.dramWriteBytes + times * b.dramWriteBytes,
    requantizations: a.requantizations + times * b.requantizations,
    vectorOperations: a.vectorOperations + times * b.vectorOperations,
  };
}
