import type { Accelerator } from '../../hw/accelerator.js';
import { addCounts, zeroCounts } from '../../hw/energy/action-counts.js';
import { energyOf, totalEnergy } from '../../hw/energy/energy-of.js';
import { instructionCounts } from '../../hw/energy/instruction-counts.js';
import type { ResidencyPlan } from '../network-plan.js';
import type { ResidencyResult, SimulationTotals } from '../result.js';
import { runProgram } from '../timeline.js';

/** What stays on chip saves an inference, and what it costs once. */
export function residencyResult(
  { tensors, weightLayers, mostBytes, setup, without }: ResidencyPlan,
  { cycles, counts }: SimulationTotals,
  accelerator: Accelerator,
): ResidencyResult {
  const setupCounts = setup.reduce(
    (sum, instruction) => addCounts(sum, instructionCounts(instruction, accelerator)),
    zeroCounts(),
  );
  const setupCycles = runProgram(setup, accelerator).makespan;
  return {
    tensors: tensors.length,
    weightLayers: weightLayers.length,
    mostBytes,
    savedCycles: without.cycles - cycles,
    savedDramBytes: without.dramBytes - counts.dramReadBytes - counts.dramWriteBytes,
    setupCycles,
    setupDramBytes: setupCounts.dramReadBytes,
    setupEnergyPicojoules: totalEnergy(energyOf(setupCounts, setupCycles, accelerator)),
  };
}
