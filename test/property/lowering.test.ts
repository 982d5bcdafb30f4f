import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadAccelerator } from '../../src/hw/load-accelerator.js';
import { allCandidates, type Branch, type Least } from '../../src/lower/candidate.js';
import { actionCosts, dynamicEnergy } from '../../src/hw/energy/energy-of.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { fits } from '../../src/lower/program/need.js';
import { mappingSpace } from '../../src/lower/lower-layer.js';
import { identityAxis } from '../../src/lower/space/axis.js';
import { arrayMacs, type ArrayWorkload, type VectorWorkload } from '../../src/lower/workload/workload.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { coverageProblems } from '../oracle/array-coverage.js';
import { MemoryReplay } from '../oracle/memory-replay.js';
import { counterexample } from '../support/counterexample.js';
import { estimateProblems, misloweredExample, sum } from '../support/lowering.js';

it('an array program makes every product once, from operands that are where it reads them, and stores every output once', () => {
  const example = misloweredExample(
    anyArrayWorkload,
    ({ program, steps }, workload, machine) => {
      const macs = sum(program.map((each) => (each.kind === 'stream' ? each.macs : 0)));
      return [
        ...coverageProblems(workload, steps),
        ...new MemoryReplay(workload, machine, steps).problems,
        ...(macs === arrayMacs(workload) ? [] : [`${macs} MACs, expected ${arrayMacs(workload)}`]),
      ];
    },
    200,
  );
  expect(example).toBe('');
});

it('a vector program computes and stores every output once', () => {
  const example = misloweredExample(
    anyVectorWorkload,
    ({ program }, { images, rows, columns, channels, outputBytes, operationsPerOutput, residency }) => {
      const outputs = images * rows.outputExtent * columns.outputExtent * channels;
      const expected = residency?.output === true ? 0 : outputs * outputBytes;
      const stored = sum(program.map((each) => (each.kind === 'store' ? each.bytes : 0)));
      const operations = sum(program.map((each) => (each.kind === 'vector' ? each.operations : 0)));
      return [
        ...(stored === expected ? [] : [`stores ${stored} bytes of ${expected}`]),
        ...(operations === outputs * operationsPerOutput ? [] : [`${operations} operations`]),
      ];
    },
    200,
  );
  expect(example).toBe('');
});

/** Whether what a branch promises is no more than any of those it falls into promises, down to what mappings estimate. */
function boundProblems(branch: Branch, machine: Accelerator): string[] {
  if (branch.kind === 'group') {
    return branch
      .branches(machine)
      .flatMap((part) => [
        ...exceeding(leastOf(branch, machine), leastOf(part, machine)).map(
          (problem) => `a group promises ${problem}`,
        ),
        ...boundProblems(part, machine),
      ]);
  }
  const { cycles, dramBytes, counts, instructions } = branch.estimate();
  const dynamicPicojoules = dynamicEnergy(counts(), actionCosts(machine));
  const problems = [
    ...exceeding(leastOf(branch, machine), { cycles, dramBytes, dynamicPicojoules }),
    ...(instructions === branch.instructions ? [] : [`${branch.instructions} instructions, ${instructions}`]),
    ...(fits(branch.needs(machine)) ? [] : ['to fit']),
  ];
  return problems.map((problem) => `${branch.text()} promises ${problem}`);
}

interface LeastFigures extends Pick<Least, 'cycles' | 'dramBytes'> {
  readonly dynamicPicojoules: number;
}

function leastOf(branch: Branch, machine: Accelerator): LeastFigures {
  const { cycles, dramBytes } = branch;
  return { cycles, dramBytes, dynamicPicojoules: branch.dynamicPicojoules(actionCosts(machine)) };
}

function exceeding(bound: LeastFigures, of: LeastFigures): string[] {
  const slack = 1 + 1e-12; // sums of picojoules run in another order
  return (['cycles', 'dramBytes', 'dynamicPicojoules'] as const).flatMap((figure) =>
    bound[figure] <= of[figure] * slack ? [] : [`${bound[figure]} ${figure}, not ${of[figure]}`],
  );
}

function misestimatedExample(workloads: fc.Arbitrary<ArrayWorkload | VectorWorkload>): string {
  const property = fc.property(workloads, anyAccelerator(), fc.nat(), fc.nat(), (workload, machine, a, b) => {
    const groups = mappingSpace(workload, machine);
    const candidates = [...allCandidates(groups, machine)];
    fc.pre(candidates.length > 0);
    const texts = new Set(candidates.map((each) => each.text()));
    const problems = [
      ...(texts.size === candidates.length ? [] : [`${candidates.length - texts.size} mappings twice`]),
      ...estimateProblems(candidates[b % candidates.length]!, machine),
      ...boundProblems(groups[a % groups.length]!, machine),
    ];
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
  });
  return counterexample(property, 200);
}

it('an array program is as long and moves as much as its estimate says, and takes no fewer cycles', () => {
  expect(misestimatedExample(anyArrayWorkload)).toBe('');
});

it('outputs that no tap reaches wait for no stream, and the estimate knows it', async () => {
  const machine = await loadAccelerator('whitepaper-16x16');
  const rows = { ...identityAxis(5), kind: 'transposed', inputExtent: 3, stride: 2 } as const;
  const workload: ArrayWorkload = {
    kind: 'array',
    images: 1,
    rows,
    columns: rows,
    groups: 1,
    inputChannels: 4,
    outputChannels: 4,
    activationBits: 8,
    weightBits: 8,
    biasBytes: 4,
    outputBytes: 1,
  };
  for (const candidate of allCandidates(mappingSpace(workload, machine), machine)) {
    expect(coverageProblems(workload, candidate.build())).toEqual([]);
    expect(estimateProblems(candidate, machine)).toEqual([]);
  }
});

it('a vector program is as long and moves as much as its estimate says, and takes no fewer cycles', () => {
  expect(misestimatedExample(anyVectorWorkload)).toBe('');
});
