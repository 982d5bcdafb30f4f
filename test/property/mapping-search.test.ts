import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeMapping } from '../../src/engine/mapping-timing.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator, Dataflow } from '../../src/hw/accelerator.js';
import { energyOf, totalEnergy } from '../../src/hw/energy/energy-of.js';
import { scheduleArray } from '../../src/lower/array/array-schedule.js';
import { GOALS, valueOf, type Figures, type Goal } from '../../src/lower/goal.js';
import { mappingSpace } from '../../src/lower/lower-layer.js';
import { accountForMappings, type MeasureCycles } from '../../src/lower/mapping-search.js';
import type { Step } from '../../src/lower/program/step.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import { scheduleVector } from '../../src/lower/vector/vector-schedule.js';
import type { ArrayWorkload, VectorWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { allArrayMappings, allVectorMappings } from '../oracle/all-mappings.js';
import { counterexample } from '../support/counterexample.js';
import { countsOfProgram } from '../support/lowering.js';

const RUNS = 14;
/** Programs that are worth building for one case. */
const MOST_MAPPINGS = 400;

/** Cut down to what can be enumerated. */
const smallArrayWorkload = anyArrayWorkload
  .map((workload) => ({
    ...workload,
    images: Math.min(workload.images, 2),
    groups: Math.min(workload.groups, 4),
    inputChannels: Math.min(workload.inputChannels, 9),
    outputChannels: Math.min(workload.outputChannels, 9),
  }))
  .filter(({ rows, columns }) => rows.outputExtent * columns.outputExtent <= 30);

function machinesWith(dataflow: Dataflow): fc.Arbitrary<Accelerator> {
  return anyAccelerator().filter(({ array }) => array.dataflow === dataflow);
}

/** What a program takes, all of it from the program. */
function figuresOf(steps: readonly Step[], machine: Accelerator): Figures {
  const program = withTokens(steps);
  const cycles = runProgram(program, machine).makespan;
  const counts = countsOfProgram(program, machine);
  const energyPicojoules = totalEnergy(energyOf(counts, cycles, machine));
  return { cycles, energyPicojoules, dramBytes: counts.dramReadBytes + counts.dramWriteBytes };
}

/** The least figures of all programs, in the words of decision 0005: as text, to be compared with those of the choice. */
function optimum(goal: Goal, all: readonly Figures[]): string {
  if (goal === 'energy') return `${Math.min(...all.map(({ energyPicojoules }) => energyPicojoules))} pJ`;
  if (goal === 'edp')
    return `${Math.min(...all.map(({ cycles, energyPicojoules }) => energyPicojoules * cycles))} pJ cycles`;
  const lowest = Math.min(...all.map(({ cycles }) => cycles));
  const close = all.filter(({ cycles }) => cycles <= lowest * 1.01);
  const dramBytes = Math.min(...close.map((each) => each.dramBytes));
  const cycles = Math.min(...close.filter((each) => each.dramBytes === dramBytes).map((each) => each.cycles));
  return `${dramBytes} bytes, ${cycles} cycles`;
}

function achieved(goal: Goal, { cycles, energyPicojoules, dramBytes }: Figures): string {
  if (goal === 'energy') return `${energyPicojoules} pJ`;
  return goal === 'edp' ? `${energyPicojoules * cycles} pJ cycles` : `${dramBytes} bytes, ${cycles} cycles`;
}

/** Whether the search, given all the effort it asks for, finds for each goal what measuring everything finds. */
function searchProblems(
  workload: ArrayWorkload | VectorWorkload,
  machine: Accelerator,
  all: readonly Figures[],
  tolerance: number,
): string[] {
  const measure: MeasureCycles = (mapping) => timeMapping(mapping, machine).cycles;
  return GOALS.flatMap((goal) => {
    const groups = mappingSpace(workload, machine);
    const found = accountForMappings(groups, machine, { goal, effort: Infinity, tolerance, measure })!;
    const [got, want] = [achieved(goal, found.best), optimum(goal, all)];
    const isFound = tolerance === 0 ? got === want : isNear(goal, found.best, all, tolerance);
    const least = Math.min(...all.map((each) => valueOf(goal, each)));
    return [
      ...(isFound ? [] : [`${goal}: ${got}, the best of ${all.length} mappings has ${want}`]),
      ...(found.open === null ? [] : [`${goal}: ${found.open.count} mappings left open`]),
      ...(found.lowerBound <= least ? [] : [`${goal}: ${found.lowerBound} at least, one has ${least}`]),
      ...(found.lowestValue <= found.lowerBound * (1 + tolerance) ? [] : [`${goal}: the bound is far`]),
    ];
  });
}

/** Whether the choice is no worse than the tolerance allows: in its value or, for latency, in the traffic of those as fast. */
function isNear(goal: Goal, choice: Figures, all: readonly Figures[], tolerance: number): boolean {
  const least = Math.min(...all.map((each) => valueOf(goal, each)));
  if (goal !== 'latency') return valueOf(goal, choice) <= least * (1 + tolerance);
  const close = all.filter(({ cycles }) => cycles <= least * 1.01);
  const leanest = Math.min(...close.map(({ dramBytes }) => dramBytes));
  return choice.cycles <= least * 1.01 * (1 + tolerance) && choice.dramBytes <= leanest * (1 + tolerance);
}

function unsearchedExample<W extends ArrayWorkload | VectorWorkload>(
  workloads: fc.Arbitrary<W>,
  machines: fc.Arbitrary<Accelerator>,
  stepsOfAll: (workload: W, machine: Accelerator) => readonly (() => readonly Step[])[],
): string {
  const tolerances = fc.constantFrom(0.01, 0.1, 0.5);
  const property = fc.property(workloads, machines, tolerances, (workload, machine, tolerance) => {
    const mappings = stepsOfAll(workload, machine);
    fc.pre(mappings.length > 1 && mappings.length <= MOST_MAPPINGS);
    const all = mappings.map((steps) => figuresOf(steps(), machine));
    const problems = [0, tolerance].flatMap((each) => searchProblems(workload, machine, all, each));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  return counterexample(property, RUNS);
}

it.each(['ws', 'os', 'is'] as const)(
  'of all mappings of a small %s layer, built and timed one by one, the search returns the best for each goal',
  (dataflow) => {
    const example = unsearchedExample(smallArrayWorkload, machinesWith(dataflow), (workload, machine) =>
      Array.from(
        allArrayMappings(workload, machine),
        (mapping) => () => scheduleArray(workload, mapping, machine),
      ),
    );
    expect(example).toBe('');
  },
  120_000,
);

it('the same of a layer for the vector unit', () => {
  const example = unsearchedExample(anyVectorWorkload, anyAccelerator(), (workload, machine) =>
    Array.from(
      allVectorMappings(workload, machine),
      (mapping) => () => scheduleVector(workload, mapping, machine),
    ),
  );
  expect(example).toBe('');
});
