import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import type { ActionCounts } from '../../src/hw/counts.js';
import { addCounts, zeroCounts } from '../../src/hw/energy/action-counts.js';
import { instructionCounts } from '../../src/hw/energy/instruction-counts.js';
import type { LayerProgram } from '../../src/hw/isa.js';
import { lowerLayer, type LoweredLayer } from '../../src/lower/lower-layer.js';
import { USUAL_EFFORT } from '../../src/lower/mapping-search.js';
import type { Workload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';

/** A workload lowered for a machine, or null where the machine has no room for its smallest tile. */
export function lowered(workload: Workload, machine: Accelerator): LoweredLayer | null {
  try {
    const measure = (program: LayerProgram): number => runProgram(program, machine).makespan;
    return lowerLayer(workload, machine, { goal: 'latency', effort: USUAL_EFFORT, measure }, 'the layer');
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/**
 * A workload and a machine whose program has problems, or '' where `runs` programs have none. Pairs that do not fit are
 * drawn again.
 */
export function misloweredExample<W extends Workload>(
  workloads: fc.Arbitrary<W>,
  problemsOf: (layer: LoweredLayer, workload: W, machine: Accelerator) => readonly string[],
  runs: number,
): string {
  const property = fc.property(workloads, anyAccelerator(), (workload, machine) => {
    const layer = lowered(workload, machine);
    fc.pre(layer !== null);
    const problems = problemsOf(layer, workload, machine);
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
  });
  return counterexample(property, runs);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** What the instructions of a program do, counted one by one. */
export function countsOfProgram(program: LayerProgram, machine: Accelerator): ActionCounts {
  return program.reduce(
    (total, instruction) => addCounts(total, instructionCounts(instruction, machine)),
    zeroCounts(),
  );
}
