import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { LayerPlanner, planOf, type LayerPlan } from '../../src/engine/layer-plan.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import type { ActionCounts } from '../../src/hw/counts.js';
import { addCounts, zeroCounts } from '../../src/hw/energy/action-counts.js';
import { instructionCounts } from '../../src/hw/energy/instruction-counts.js';
import type { LayerProgram } from '../../src/hw/isa.js';
import { allCandidates, type Candidate } from '../../src/lower/candidate.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import { ACTIONS } from '../../src/report/result-order.js';
import { arrayCandidates } from '../../src/lower/array/array-candidates.js';
import type { ArrayWorkload, Workload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';

/** The plan of a workload on a machine, or null where the machine has no room for its smallest tile. */
export function lowered(workload: Workload, machine: Accelerator): LayerPlan | null {
  try {
    return new LayerPlanner(machine).plan({ name: 'the layer', op: '', workload });
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
  problemsOf: (layer: LayerPlan, workload: W, machine: Accelerator) => readonly string[],
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

/** Whether a candidate keeps what its estimate promises: everything exactly but its cycles, which are no fewer. */
export function estimateProblems(candidate: Candidate, machine: Accelerator): string[] {
  const program = withTokens(candidate.build());
  const { makespan } = runProgram(program, machine);
  const counts = countsOfProgram(program, machine);
  const bytes = counts.dramReadBytes + counts.dramWriteBytes;
  const { cycles, instructions, dramBytes, counts: countsOf } = candidate.estimate();
  const expected = countsOf();
  return [
    ...(cycles <= makespan ? [] : [`at least ${cycles} cycles, took ${makespan}`]),
    ...(instructions === program.length ? [] : [`${instructions} instructions, has ${program.length}`]),
    ...(dramBytes === bytes ? [] : [`${dramBytes} bytes, moves ${bytes}`]),
    ...ACTIONS.filter((action) => counts[action] !== expected[action]).map(
      (action) => `${expected[action]} ${action}, counted ${counts[action]}`,
    ),
  ].map((problem) => `${candidate.text()}: ${problem}`);
}

/** The mappings of the space that spill sums, or those that do not. */
export function mappingsThat(spills: boolean, workload: ArrayWorkload, machine: Accelerator): Candidate[] {
  return [...allCandidates(arrayCandidates(workload, machine, { fine: false }), machine)].filter(
    (candidate) => candidate.text().includes('sums spilled') === spills,
  );
}

/** A layer with a mapping that nobody chose. */
export function planOfMapping(candidate: Candidate, workload: Workload, machine: Accelerator): LayerPlan {
  const lowered = {
    candidate,
    needs: candidate.needs(machine),
    mapping: candidate.text(),
    runnerUp: null,
    account: null,
  };
  return planOf(workload, lowered, machine);
}
