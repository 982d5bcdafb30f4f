import type { Accelerator } from './accelerator.js';
import { bufferBytes } from './storage.js';

/** What follows from a machine alone. */
export interface DerivedFigures {
  /** Multipliers of the array. */
  readonly macUnits: number;
  readonly peakMacsPerSecond: number;
  /** Of the buffers together, or of the scratchpad. */
  readonly sramBytes: number;
  readonly accumulatorBytes: number;
}

export function derivedFigures(machine: Accelerator): DerivedFigures {
  const { array, accumulators } = machine;
  const macUnits = array.rows * array.columns;
  return {
    macUnits,
    peakMacsPerSecond: macUnits * machine.clockHertz,
    sramBytes: bufferBytes(machine),
    accumulatorBytes: Math.ceil((array.columns * accumulators.entriesPerColumn * accumulators.bits) / 8),
  };
}
