import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paretoFront } from '../../../../src/engine/sweep/pareto.js';

/** By the definition, every pair. */
function bruteForce(rows: readonly (readonly number[])[]): number[] {
  return [...rows.keys()].filter((row) => !rows.some((other) => beats(other, rows[row]!)));
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  const differences = a.map((cost, column) => cost - b[column]!);
  return Math.max(...differences) <= 0 && Math.min(...differences) < 0;
}

it('is what the definition says, in two to four columns, with ties', () => {
  const rows = fc
    .integer({ min: 2, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: columns, maxLength: columns })),
    );
  fc.assert(
    fc.property(rows, (costs) => {
      expect([...paretoFront(costs)].sort((a, b) => a - b)).toEqual(bruteForce(costs));
    }),
    { numRuns: 1000 },
  );
});

it.each([
  {
    why: 'equal rows are both on it',
    rows: [
      [1, 1],
      [1, 1],
      [2, 1],
    ],
    want: [0, 1],
  },
  {
    why: 'a row that is worse in one and better in none is not',
    rows: [
      [1, 2],
      [1, 1],
    ],
    want: [1],
  },
  { why: 'nothing has no front', rows: [], want: [] },
])('$why', ({ rows, want }) => {
  expect([...paretoFront(rows)].sort((a, b) => a - b)).toEqual(want);
});
