import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { loadAccelerator } from '../../src/hw/load-accelerator.js';
import { arrayCandidates } from '../../src/lower/array/array-candidates.js';
import type { Candidate } from '../../src/lower/mapping-search.js';
import { identityAxis } from '../../src/lower/space/axis.js';
import { vectorCandidates } from '../../src/lower/vector/vector-candidates.js';
import { arrayMacs, type ArrayWorkload } from '../../src/lower/workload/workload.js';
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

function misestimatedExample<W>(
  workloads: fc.Arbitrary<W>,
  candidatesOf: (workload: W, machine: Accelerator) => readonly Candidate[],
): string {
  const property = fc.property(workloads, anyAccelerator(), fc.nat(), (workload, machine, pick) => {
    const candidates = candidatesOf(workload, machine);
    fc.pre(candidates.length > 0);
    const problems = estimateProblems(candidates[pick % candidates.length]!, machine);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  return counterexample(property, 300);
}

it('an array program is as long and moves as much as its estimate says, and takes no fewer cycles', () => {
  expect(misestimatedExample(anyArrayWorkload, arrayCandidates)).toBe('');
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
  for (const candidate of arrayCandidates(workload, machine)) {
    expect(coverageProblems(workload, candidate.build())).toEqual([]);
    expect(estimateProblems(candidate, machine)).toEqual([]);
  }
});

it('a vector program is as long and moves as much as its estimate says, and takes no fewer cycles', () => {
  expect(misestimatedExample(anyVectorWorkload, vectorCandidates)).toBe('');
});
