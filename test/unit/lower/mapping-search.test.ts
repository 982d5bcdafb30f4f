import { expect, it } from 'vitest';
import type { Candidate, CandidateGroup } from '../../../src/lower/candidate.js';
import { accountForMappings } from '../../../src/lower/mapping-search.js';
import { machineFixture } from '../../support/machine-fixture.js';

const unasked = (): never => {
  throw new Error('nobody asks for it');
};

/** A mapping of which only bounds are known. */
function mapping(cycles: number, likelyCycles: number): Candidate {
  return {
    kind: 'mapping',
    cycles,
    likelyCycles,
    dramBytes: 64,
    instructions: 1,
    dynamicPicojoules: unasked,
    estimate: () => ({ cycles, dramBytes: 64, instructions: 1, counts: unasked }),
    text: unasked,
    needs: unasked,
    program: unasked,
    build: unasked,
    lists: unasked,
  };
}

function group(cycles: number, branches: readonly Candidate[]): CandidateGroup {
  return { kind: 'group', cycles, dramBytes: 64, dynamicPicojoules: unasked, branches: () => branches };
}

/** Two mappings that take 100 cycles, and a group that may take 95. */
function account(tolerance: number) {
  const branches = [mapping(80, 90), mapping(80, 91), group(95, [mapping(97, 97)])];
  const options = { goal: 'latency', effort: 16, tolerance, measure: () => 100 } as const;
  return accountForMappings(branches, machineFixture(), options)!;
}

it('what the tolerance leaves unopened still bounds from below', () => {
  const { measured, mappings, open, lowestValue, lowerBound } = account(0.1);
  expect({ measured, mappings, open, lowestValue, lowerBound }).toEqual({
    measured: 2,
    mappings: 3,
    open: null,
    lowestValue: 100,
    lowerBound: 95,
  });
});

it('without a tolerance it is opened and measured', () => {
  const { measured, open, lowerBound } = account(0);
  expect({ measured, open, lowerBound }).toEqual({ measured: 3, open: null, lowerBound: 100 });
});
