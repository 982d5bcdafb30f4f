import type { Accelerator } from './accelerator.js';

/** What follows from a machine alone. */
export interface DerivedFigures {
  /** Multipliers of the array. */
  readonly macUnits: number;
  readonly peakMacsPerSecond: number;
  /** Of the three buffers together. */
  readonly sramBytes: number;
  readonly accumulatorBytes: number;
}

export function derivedFigures(machine: Accelerator): DerivedFigures {
  const { array, accumulators, activationBuffer, weightBuffer, outputBuffer } = machine;
  const macUnits = array.rows * array.columns;
  return {
    macUnits,
    peakMacsPerSecond: macUnits * machine.clockHertz,
    sramBytes: activationBuffer.capacityBytes + weightBuffer.capacityBytes + outputBuffer.capacityBytes,
    accumulatorBytes: Math.ceil((array.columns * accumulators.entriesPerColumn * accumulators.bits) / 8),
  };
}
