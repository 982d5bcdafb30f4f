import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runProgram } from '../../src/engine/timeline.js';
import { arrayCandidates } from '../../src/lower/array/array-candidates.js';
import { withTokens } from '../../src/lower/program/tokens.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import { anyTightAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload } from '../arbitraries/workload.js';
import { coverageProblems } from '../oracle/array-coverage.js';
import { hazardProblems } from '../oracle/hazards.js';
import { MemoryReplay } from '../oracle/memory-replay.js';
import { counterexample } from '../support/counterexample.js';
import { estimateProblems, sum } from '../support/lowering.js';

it('a program that spills its sums makes every product once, finds all sums where they wait, and keeps its estimate', () => {
  let spilled = 0;
  const property = fc.property(
    anyArrayWorkload,
    anyTightAccelerator(),
    fc.nat(),
    (workload, machine, pick) => {
      const candidates = arrayCandidates(workload, machine).filter(({ text }) => text().includes('spilled'));
      fc.pre(candidates.length > 0);
      spilled += 1;
      const candidate = candidates[pick % candidates.length]!;
      const steps = candidate.build();
      const program = withTokens(steps);
      const moved = (kind: 'spill' | 'restore'): number =>
        sum(program.map((each) => (each.kind === kind ? each.elements : 0)));
      const macs = sum(program.map((each) => (each.kind === 'stream' ? each.macs : 0)));
      const problems = [
        ...coverageProblems(workload, steps),
        ...new MemoryReplay(workload, machine, steps).problems,
        ...hazardProblems(steps, runProgram(program, machine)),
        ...estimateProblems(candidate, machine),
        ...(moved('spill') === moved('restore') && moved('spill') > 0 ? [] : ['sums get lost']),
        ...(macs === arrayMacs(workload) ? [] : [`${macs} MACs, expected ${arrayMacs(workload)}`]),
      ];
      if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
    },
  );
  expect(counterexample(property, 60)).toBe('');
  expect(spilled).toBeGreaterThanOrEqual(60);
});
