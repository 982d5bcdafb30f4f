import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleBreakdown } from '../../src/engine/cycle-breakdown.js';
import { runProgram } from '../../src/engine/timeline.js';
import { timeLists } from '../../src/engine/unit-machine.js';
import type { Accelerator, Dataflow } from '../../src/hw/accelerator.js';
import { finestArrayMapping } from '../../src/lower/array/array-candidates.js';
import { arrayLists } from '../../src/lower/array/array-lists.js';
import { scheduleArray } from '../../src/lower/array/array-schedule.js';
import { allCandidates, type Candidate } from '../../src/lower/candidate.js';
import { mappingSpace } from '../../src/lower/lower-layer.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import type { ArrayWorkload, VectorWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator, anyPackedAccelerator, anyTightAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { counterexample } from '../support/counterexample.js';
import { countsOfProgram, mappingsThat, planOfMapping } from '../support/lowering.js';
import { machineFixture } from '../support/machine-fixture.js';
import { matrixProduct } from '../support/matrix-product.js';

/** Mappings of a layer that are compared, others for every pick, and instructions that are worth running one by one. */
const MAPPINGS = 4;
const MOST_INSTRUCTIONS = 4000;

/** Instructions of the programs that were compared, and those of them that were run one by one. */
interface Tally {
  instructions: number;
  stepped: number;
  /** Mappings of which nothing is known but their programs. */
  unlisted: number;
  mappings: number;
}

/** What a plan says of its program without building it, beside what the program takes, instruction by instruction. */
function figureProblems(
  candidate: Candidate,
  workload: ArrayWorkload | VectorWorkload,
  machine: Accelerator,
  tally: Tally,
): string[] {
  const plan = planOfMapping(candidate, workload, machine);
  const found = JSON.stringify([plan.cycles, plan.cycleBreakdown, plan.counts]);
  const { program } = plan;
  const timeline = runProgram(program, machine);
  const names = cycleBreakdown(program, timeline, machine);
  const expected = JSON.stringify([timeline.makespan, names, countsOfProgram(program, machine)]);
  const lists = candidate.lists();
  const { instructions, steppedInstructions } =
    lists === null ? { instructions: program.length, steppedInstructions: 0 } : timeLists(lists);
  tally.mappings += 1;
  tally.unlisted += lists === null ? 1 : 0;
  tally.instructions += lists === null ? 0 : instructions;
  tally.stepped += steppedInstructions;
  return [
    ...(found === expected ? [] : [`${found}, expected ${expected}`]),
    ...(instructions === program.length ? [] : [`${instructions} instructions of ${program.length}`]),
  ].map((problem) => `${candidate.text()}: ${problem}`);
}

/** A layer, a machine and a mapping that is not timed as its program is, or '' where there is none; and what was compared. */
function comparison<W extends ArrayWorkload | VectorWorkload>(
  workloads: fc.Arbitrary<W>,
  machines: fc.Arbitrary<Accelerator>,
  runs: number,
  candidatesOf: (workload: W, machine: Accelerator) => readonly Candidate[] = (workload, machine) => [
    ...allCandidates(mappingSpace(workload, machine), machine),
  ],
): { readonly example: string; readonly tally: Tally } {
  const tally = { instructions: 0, stepped: 0, unlisted: 0, mappings: 0 };
  const property = fc.property(workloads, machines, fc.nat(), (workload, machine, pick) => {
    const candidates = candidatesOf(workload, machine).filter(
      ({ instructions }) => instructions <= MOST_INSTRUCTIONS,
    );
    fc.pre(candidates.length > 0);
    const chosen = Array.from(
      { length: MAPPINGS },
      (_, index) => candidates[(pick + index * 7919) % candidates.length]!,
    );
    const problems = chosen.flatMap((candidate) => figureProblems(candidate, workload, machine, tally));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  return { example: counterexample(property, runs), tally };
}

const machinesWith = (dataflow: Dataflow): fc.Arbitrary<Accelerator> =>
  anyAccelerator().filter(({ array }) => array.dataflow === dataflow);

describe('a mapping takes the cycles, names and counts of its program, instruction by instruction', () => {
  it.each(['ws', 'os', 'is'] as const)(
    'of small %s layers, more than a third of which is skipped',
    (dataflow) => {
      const { example, tally } = comparison(anyArrayWorkload, machinesWith(dataflow), 50);
      expect(example).toBe('');
      expect(tally.stepped).toBeLessThan((2 / 3) * tally.instructions);
      expect(tally.unlisted).toBeLessThan(tally.mappings / 2);
    },
    120_000,
  );

  it('of layers in packed lanes', () => {
    const { example, tally } = comparison(anyArrayWorkload, anyPackedAccelerator(), 40);
    expect(example).toBe('');
    expect(tally.stepped).toBeLessThan((2 / 3) * tally.instructions);
  }, 120_000);

  it('of layers whose sums are spilled', () => {
    const { example, tally } = comparison(anyArrayWorkload, anyTightAccelerator(), 60, (workload, machine) =>
      mappingsThat(true, workload, machine),
    );
    expect(example).toBe('');
    expect(tally.unlisted).toBe(0);
    expect(tally.stepped).toBeLessThan((4 / 5) * tally.instructions);
  }, 120_000);

  it('of layers for the vector unit', () => {
    const { example, tally } = comparison(anyVectorWorkload, anyAccelerator(), 150);
    expect(example).toBe('');
    expect(tally.unlisted).toBe(0);
    expect(tally.stepped).toBeLessThan((4 / 5) * tally.instructions);
  }, 120_000);
});

describe('every position in a tile of its own, on a machine that is bound by its DRAM', () => {
  const machine = machineFixture();
  const rows = 1024;
  const timed = [1, 2, 3, 4].map((times) => {
    const workload = matrixProduct({ M: times * rows, N: 2, K: 5 });
    const mapping = finestArrayMapping(workload);
    return { workload, mapping, ...timeLists(arrayLists(workload, mapping, machine)!) };
  });

  it('takes what its long program takes', () => {
    const { workload, mapping, cycles, instructions } = timed[1]!;
    const program = withTokens(scheduleArray(workload, mapping, machine));
    expect(instructions).toBe(program.length);
    expect(program.length).toBeGreaterThan(50_000);
    expect(cycles).toBe(runProgram(program, machine).makespan);
  });

  it('is gone through as far as tiles are different: twice the layer takes no more steps', () => {
    const steps = timed.map(({ steppedInstructions }) => steppedInstructions);
    expect(new Set(steps).size).toBe(1);
    expect(steps[0]).toBeLessThan(timed[0]!.instructions / 10);
    const [a, b, c, d] = timed.map(({ cycles }) => cycles) as [number, number, number, number];
    expect([b - a, c - b, d - c]).toEqual([b - a, b - a, b - a]);
  });
});
