import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionCycles } from '../../src/hw/timing/instruction-cycles.js';
import { leavingCycles, runMesh, type MeshRun } from '../oracle/output-stationary-mesh.js';
import { counterexample } from '../support/counterexample.js';
import { idealMachine } from '../support/ideal-machine.js';

const DRAINS = ['columnBus', 'shift'] as const;
const code = fc.integer({ min: -128, max: 127 });
const matrix = (rows: number, columns: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(code, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

/** A mesh of which all rows and columns are used, with its operands. */
const anyFold = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
    terms: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ rows, columns, terms }) =>
    fc.record({ activations: matrix(rows, terms), weights: matrix(terms, columns) }),
  );

function problemsOf(activations: number[][], weights: number[][], run: MeshRun): string[] {
  const [rows, columns, terms] = [activations.length, weights[0]!.length, weights.length];
  const shape = { rows, columns, accumulates: false, waitsFor: [], unit: 'array' } as const;
  const macs = rows * columns * terms;
  return DRAINS.flatMap((drain) => {
    const machine = idealMachine(rows, columns, { dataflow: 'os', drain });
    const stream = { kind: 'stream', vectors: terms, macs, weights: terms * columns, ...shape } as const;
    const streamed = instructionCycles(stream, machine);
    const drained = drain === 'shift' ? instructionCycles({ kind: 'drain', ...shape }, machine) : 0;
    const leaving = leavingCycles(run, drain).flat();
    const early = leaving.filter((cycle, index) => cycle < run.lastProducts.flat()[index]!).length;
    return [
      ...(Math.max(...run.lastProducts.flat()) + 1 === streamed ? [] : [`streams for ${streamed} cycles`]),
      ...(Math.max(...leaving) + 1 === streamed + drained ? [] : [`${drain} ends in ${streamed + drained}`]),
      ...(early === 0 ? [] : [`${early} sums leave before their last operand has entered`]),
    ];
  });
}

describe('an output-stationary fold', () => {
  it('ends in the cycle in which a mesh that moves every operand is done, and no sum leaves before it is complete', () => {
    const property = fc.property(anyFold, ({ activations, weights }) => {
      const run = runMesh(activations, weights, activations.length, weights[0]!.length);
      const products = activations.map((row) =>
        weights[0]!.map((_, c) => row.reduce((sum, a, k) => sum + a * weights[k]![c]!, 0)),
      );
      expect(run.sums).toEqual(products);
      const problems = problemsOf(activations, weights, run);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    });
    expect(counterexample(property, 300)).toBe('');
  });
});
