import fc from 'fast-check';
import { UserError } from '../../src/core/errors.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import type { Candidate } from '../../src/lower/mapping-search.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import { lowerLayer, type LoweredLayer } from '../../src/lower/lower-layer.js';
import type { Workload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { counterexample } from './counterexample.js';

/** A workload lowered for a machine, or null where the machine has no room for its smallest tile. */
export function lowered(workload: Workload, machine: Accelerator): LoweredLayer | null {
  try {
    return lowerLayer(workload, machine, (program) => runProgram(program, machine).makespan, 'the layer');
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

/** Whether a candidate keeps what its estimate promises: exact sizes, and no fewer cycles. */
export function estimateProblems(candidate: Candidate, machine: Accelerator): string[] {
  const program = withTokens(candidate.build());
  const { makespan } = runProgram(program, machine);
  const bytes = sum(program.map((each) => ('bytes' in each ? each.bytes : 0)));
  const { cycles, instructions, dramBytes } = candidate.estimate;
  return [
    ...(cycles <= makespan ? [] : [`at least ${cycles} cycles, took ${makespan}`]),
    ...(instructions === program.length ? [] : [`${instructions} instructions, has ${program.length}`]),
    ...(dramBytes === bytes ? [] : [`${dramBytes} bytes, moves ${bytes}`]),
  ].map((problem) => `${candidate.text()}: ${problem}`);
}
