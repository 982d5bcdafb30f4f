import type { Accelerator, Dram } from '../../hw/accelerator.js';
import { dynamicEnergy, type ActionCosts } from '../../hw/energy/energy-of.js';
import { burstBytes, ceilDivide } from '../../hw/storage.js';

/** What moves between DRAM and chip: transfers of each operand, and the bytes of all of them. */
export interface ArrayTraffic {
  readonly activationLoads: number;
  readonly activationBytes: number;
  readonly weightLoads: number;
  readonly weightBytes: number;
  readonly biasLoads: number;
  readonly biasBytes: number;
  readonly stores: number;
  readonly storedBytes: number;
}

export function transferCount({ activationLoads, weightLoads, biasLoads, stores }: ArrayTraffic): number {
  return activationLoads + weightLoads + biasLoads + stores;
}

/** Bytes that travel at least, in both directions. */
export function leastDramBytes(traffic: ArrayTraffic, dram: Dram): number {
  return leastReadBytes(traffic, dram) + leastWrittenBytes(traffic, dram);
}

function leastReadBytes(traffic: ArrayTraffic, dram: Dram): number {
  return (
    leastBursts(traffic.activationLoads, traffic.activationBytes, dram) +
    leastBursts(traffic.weightLoads, traffic.weightBytes, dram) +
    leastBursts(traffic.biasLoads, traffic.biasBytes, dram)
  );
}

function leastWrittenBytes({ stores, storedBytes }: ArrayTraffic, dram: Dram): number {
  return leastBursts(stores, storedBytes, dram);
}

/** Whole bursts, and one for each transfer. */
function leastBursts(transfers: number, bytes: number, dram: Dram): number {
  return Math.max(burstBytes(bytes, dram), transfers * dram.burstBytes);
}

/** Cycles for which so many transfers of so many bytes in whole bursts keep the DRAM busy at least. */
export function leastDramCycles(transfers: number, movedBytes: number, { dram }: Accelerator): number {
  const { numerator, denominator } = dram.bandwidthBytesPerCycle;
  const product = movedBytes * denominator;
  const cycles = Number.isSafeInteger(product)
    ? ceilDivide(product, numerator)
    : Math.floor((product / numerator) * (1 - 4 * Number.EPSILON));
  return transfers * dram.latencyCycles + cycles;
}

/** What the transfers cost at least. Picojoules. */
export function leastTrafficEnergy(traffic: ArrayTraffic, dram: Dram, costs: ActionCosts): number {
  const counts = {
    dramReadBytes: leastReadBytes(traffic, dram),
    dramWriteBytes: leastWrittenBytes(traffic, dram),
    activationWriteBytes: traffic.activationBytes,
    weightWriteBytes: traffic.weightBytes,
    registerBits: 8 * traffic.biasBytes,
    outputReadBytes: traffic.storedBytes,
  };
  return dynamicEnergy(counts, costs);
}
