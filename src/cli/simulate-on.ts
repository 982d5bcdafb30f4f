import { namingFile } from '../core/errors.js';
import type { SimulationResult } from '../engine/result.js';
import type { SimulationOptions } from '../engine/simulate.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { NetworkSource } from './network-source.js';

/**
 * A simulation under the names that the user gave: in the result, and in the message where the machine cannot run the
 * network.
 */
export function simulateOn(
  { label, simulate }: NetworkSource,
  accelerator: Accelerator,
  hw: string,
  options: SimulationOptions,
): SimulationResult {
  return { ...namingFile(`${label} on ${hw}`, () => simulate(accelerator, options)), model: label };
}
