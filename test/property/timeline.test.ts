import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cycleBreakdown } from '../../src/engine/cycle-breakdown.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { CYCLE_NAMES, type CycleBreakdown } from '../../src/hw/counts.js';
import type { LayerProgram } from '../../src/hw/isa.js';
import { instructionCycles } from '../../src/hw/timing/instruction-cycles.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { hazardProblems } from '../oracle/hazards.js';
import { tick } from '../oracle/ticking-machine.js';
import { misloweredExample, sum } from '../support/lowering.js';

const anyWorkload = fc.oneof(
  { weight: 3, arbitrary: anyArrayWorkload },
  { weight: 1, arbitrary: anyVectorWorkload },
);

it('every instruction starts and ends in the cycle that ticking gives', () => {
  const example = misloweredExample(
    anyWorkload,
    ({ program }, _workload, machine) => {
      const { starts, ends } = runProgram(program, machine);
      const ticked = tick(program, (instruction) => instructionCycles(instruction, machine));
      return program.flatMap(({ kind }, index) =>
        starts[index] === ticked.starts[index] && ends[index] === ticked.ends[index]
          ? []
          : [`${index} ${kind}: ${starts[index]}, ticking gives ${ticked.starts[index]}`],
      );
    },
    150,
  );
  expect(example).toBe('');
});

it('tokens keep every memory slot from being used too early, units fit the time, and every cycle has one name', () => {
  const example = misloweredExample(
    anyWorkload,
    ({ program, steps }, _workload, machine) => {
      const timeline = runProgram(program, machine);
      return [
        ...hazardProblems(steps, timeline),
        ...tokenProblems(program),
        ...busyProblems(program, timeline.makespan, machine),
        ...namingProblems(cycleBreakdown(program, timeline, machine), timeline.makespan),
      ];
    },
    200,
  );
  expect(example).toBe('');
});

function tokenProblems(program: LayerProgram): string[] {
  return program.flatMap(({ waitsFor }, index) =>
    waitsFor.every((earlier) => earlier >= 0 && earlier < index)
      ? []
      : [`${index} waits for ${waitsFor.join()}`],
  );
}

/** Units, and the DRAM that two of them share, that work longer than the layer takes. */
function busyProblems(program: LayerProgram, makespan: number, machine: Accelerator): string[] {
  return [['array'], ['weightLoad'], ['post'], ['load', 'store']]
    .filter((units) => {
      const mine = program.filter(({ unit }) => units.includes(unit));
      return sum(mine.map((instruction) => instructionCycles(instruction, machine))) > makespan;
    })
    .map((units) => `${units.join(' and ')} work longer than ${makespan} cycles`);
}

/** Something always runs, so that no cycle is idle. */
function namingProblems(breakdown: CycleBreakdown, makespan: number): string[] {
  const named = CYCLE_NAMES.map((name) => breakdown[name]);
  const isFair = named.every((cycles) => cycles >= 0) && sum(named) === makespan && breakdown.idle === 0;
  return isFair ? [] : [`${JSON.stringify(breakdown)} of ${makespan}`];
}
