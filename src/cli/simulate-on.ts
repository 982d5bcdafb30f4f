import { namingFile, UserError } from '../core/errors.js';
import type { SimulationResult } from '../engine/result.js';
import type { SimulationOptions } from '../engine/simulate.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { Outcome } from '../report/comparison.js';
import type { NetworkSource } from './network-source.js';

/**
 * A simulation under the names that the user gave: in the result, and in the message where the machine cannot run the
 * network.
 */
export function simulateOn(
  { label, simulate }: NetworkSource,
  accelerator: Accelerator,
  hw: string,
  options: SimulationOptions = {},
): SimulationResult {
  return { ...namingFile(`${label} on ${hw}`, () => simulate(accelerator, options)), model: label };
}

/** The same where several machines are tried: one that cannot run the network says why, and the others go on. */
export function outcomeOn(
  { label, simulate }: NetworkSource,
  accelerator: Accelerator,
  options: SimulationOptions = {},
): Outcome {
  try {
    const result = { ...simulate(accelerator, options), model: label };
    return { model: label, accelerator, result, refusal: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { model: label, accelerator, result: null, refusal: error.message };
  }
}
