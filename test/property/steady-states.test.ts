import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cycleBreakdown } from '../../src/engine/cycle-breakdown.js';
import { runProgram } from '../../src/engine/timeline.js';
import { timeLists } from '../../src/engine/unit-machine.js';
import type { Accelerator, Dataflow } from '../../src/hw/accelerator.js';
import { allCandidates, type Candidate } from '../../src/lower/candidate.js';
import { mappingSpace } from '../../src/lower/lower-layer.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import type { ArrayWorkload, VectorWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator, anyTightAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { counterexample } from '../support/counterexample.js';

let total = 0;
let stepped = 0;
/** How a candidate is timed otherwise than instruction by instruction. */
function timingProblems(candidate: Candidate, machine: Accelerator): string[] {
  const lists = candidate.lists();
  if (lists === null) return [];
  const program = withTokens(candidate.build());
  const timeline = runProgram(program, machine);
  const want = { cycles: timeline.makespan, ...cycleBreakdown(program, timeline, machine) };
  const { cycles, cycleBreakdown: names, instructions, steppedInstructions } = timeLists(lists);
  const got = { cycles, ...names };
  if (instructions !== program.length) return [`${instructions} instead of ${program.length}`];
  total += instructions;
  stepped += steppedInstructions;
  const [expected, found] = [JSON.stringify(want), JSON.stringify(got)];
  return expected === found ? [] : [`${candidate.text()}: ${found}, expected ${expected}`];
}

function example(
  workloads: fc.Arbitrary<ArrayWorkload | VectorWorkload>,
  machines: fc.Arbitrary<Accelerator>,
  runs: number,
): string {
  const property = fc.property(workloads, machines, fc.nat(), (workload, machine, pick) => {
    const candidates = [...allCandidates(mappingSpace(workload, machine))];
    fc.pre(candidates.length > 0);
    const chosen = [0, 1, 2, 3].map((i) => candidates[(pick + i * 7919) % candidates.length]!);
    const problems = chosen.flatMap((candidate) => timingProblems(candidate, machine));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  const r = counterexample(property, runs);
  console.log(stepped, total, stepped / total);
  return r;
}

const machinesWith = (dataflow: Dataflow) =>
  anyAccelerator().filter(({ array }) => array.dataflow === dataflow);

it.each(['ws', 'os', 'is'] as const)(
  '%s',
  (dataflow) => {
    expect(example(anyArrayWorkload, machinesWith(dataflow), 400)).toBe('');
  },
  120_000,
);
it('tight', () => {
  expect(example(anyArrayWorkload, anyTightAccelerator(), 400)).toBe('');
}, 120_000);
it('vector', () => {
  expect(example(anyVectorWorkload, anyAccelerator(), 400)).toBe('');
}, 120_000);
