import { assert } from '../../core/errors.js';
import type { Dram } from '../accelerator.js';
import { burstBytes, ceilDivide } from '../storage.js';

/**
 * A transfer between DRAM and a buffer: `latencyCycles + ceil(bytes / bandwidth)`, the bytes rounded up to whole bursts.
 * Exact for every size, in bigint where the product leaves the safe integers.
 */
export function transferCycles(bytes: number, dram: Dram): number {
  assert(Number.isSafeInteger(bytes) && bytes > 0, 'a transfer moves whole bytes', { bytes });
  const moved = burstBytes(bytes, dram);
  const { numerator, denominator } = dram.bandwidthBytesPerCycle;
  const product = moved * denominator;
  if (Number.isSafeInteger(product)) return dram.latencyCycles + ceilDivide(product, numerator);

  const divisor = BigInt(numerator);
  return dram.latencyCycles + Number((BigInt(moved) * BigInt(denominator) + divisor - 1n) / divisor);
}
