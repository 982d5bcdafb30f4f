import type { Accelerator } from '../hw/accelerator.js';
import type { Goal } from '../lower/goal.js';
import type { Workload } from '../lower/workload/workload.js';

/**
 * Text that sorts machines so that those come together that have most in common of what plans are made of: the units, then the DRAM.
 * What is left are the buffers and costs.
 */
export function kinship({ array, accumulators, requantizer, vector, dram }: Accelerator): string {
  return JSON.stringify([array, accumulators, requantizer, vector, dram]);
}

/**
 * The part of a machine that the plan of a workload follows from, as text: machines that are equal in it give equal plans. Vector
 * work never meets the array. Costs matter where energy is what mappings are chosen for.
 */
export function machinePart(kind: Workload['kind'], machine: Accelerator, goal: Goal): string {
  const { activationBuffer, weightBuffer, outputBuffer, unified, dram } = machine;
  const memories = { activationBuffer, weightBuffer, outputBuffer, unified, dram };
  const { array, accumulators, requantizer, vector } = machine;
  const units = kind === 'array' ? { array, accumulators, requantizer } : { vector };
  if (goal === 'latency') return JSON.stringify({ ...memories, ...units });
  const { technology, clockHertz, zeroGating, toggleShare } = machine;
  return JSON.stringify({ ...memories, ...units, array, technology, clockHertz, zeroGating, toggleShare });
}
