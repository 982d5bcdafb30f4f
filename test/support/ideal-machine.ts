import type { Accelerator, MacArray } from '../../src/hw/accelerator.js';
import { machineFixture } from './machine-fixture.js';

/** A systolic array on memories that are never in the way. */
export function idealMachine(
  rows: number,
  columns: number,
  array: Partial<MacArray> & Pick<MacArray, 'dataflow'>,
): Accelerator {
  const fixture = machineFixture();
  const vast = { ...fixture.activationBuffer, capacityBytes: 2 ** 30, bandwidthBytesPerCycle: 2 ** 20 };
  const cost = { value: 0.1, source: 'a lane of the tests' };
  return {
    ...fixture,
    technology: { ...fixture.technology, packedMultiplyPicojoules: cost, packedAddPicojoules: cost },
    array: {
      kind: 'systolic',
      rows,
      columns,
      pipelineStages: 0,
      pingPongWeights: false,
      groupPacking: true,
      activationBits: 8,
      weightBits: 8,
      ...array,
    },
    accumulators: { ...fixture.accumulators, entriesPerColumn: 2 ** 20 },
    requantizer: { lanes: 2 ** 20, latencyCycles: 0 },
    activationBuffer: vast,
    weightBuffer: vast,
    outputBuffer: vast,
    dram: { bandwidthBytesPerCycle: { numerator: 2 ** 30, denominator: 1 }, latencyCycles: 0, burstBytes: 1 },
  };
}
