import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INT8 } from '../../src/arith/int-format.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { integerGraphProblems } from '../../src/ir/verify-integer.js';
import { windowPositions } from '../../src/tensor/window.js';
import { counterexample } from '../support/counterexample.js';
import { windowWith } from '../support/identity.js';

const int8: ValueType = { kind: 'int', format: INT8, quantization: null };

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const anyRows = fc
  .record({
    extent: upTo(6),
    kernel: upTo(4),
    stride: upTo(3),
    dilation: upTo(8),
    before: upTo(9, 0),
    after: upTo(9, 0),
  })
  .map((rows) => ({
    ...rows,
    positions: windowPositions(
      rows.extent,
      rows.kernel,
      rows.stride,
      rows.dilation,
      rows.before + rows.after,
    ),
  }))
  .filter(({ positions }) => positions > 0);

type Rows = typeof anyRows extends fc.Arbitrary<infer T> ? T : never;

function problemsOf({ extent, kernel, stride, dilation, before, after }: Rows): readonly string[] {
  const builder = new GraphBuilder<IntNode>();
  const x = builder.addInput('x', [1, extent, 1, 1], int8);
  const window = windowWith([kernel, 1], {
    strideHeight: stride,
    dilationHeight: dilation,
    padTop: before,
    padBottom: after,
  });
  builder.addNode({ op: 'maxPool', name: 'pool', inputs: [x], output: 'y', ...window }, int8);
  const ports = ['x', 'y'].map((value) => [{ name: value, value, permutation: null }]);
  const graph = builder.finish<IntGraph>('integer', 'test', ports[0]!, ports[1]!, {});
  return integerGraphProblems(graph);
}

/** Visits every tap of every window. */
function coversPaddingOnly({ extent, kernel, stride, dilation, before, positions }: Rows): boolean {
  return Array.from({ length: positions }, (_, position) =>
    Array.from({ length: kernel }, (_tap, tap) => position * stride - before + tap * dilation),
  ).some((taps) => taps.every((row) => row < 0 || row >= extent));
}

it('a pooling is refused exactly where one of its windows covers padding only', () => {
  const property = fc.property(anyRows, (rows) => problemsOf(rows).length > 0 === coversPaddingOnly(rows));
  expect(counterexample(property, 3000)).toBe('');
  const verdicts = fc.sample(anyRows, { numRuns: 200, seed: 1 }).map(coversPaddingOnly);
  expect(new Set(verdicts).size).toBe(2);
});

it('half a billion windows, any of which may step over the input, are refused unseen', () => {
  const positions = 2 ** 29;
  const padding = 2 * positions - 2;
  const rows = { extent: 1, kernel: positions, stride: 2, dilation: 2, before: padding, after: padding };
  expect(problemsOf({ ...rows, positions })).toEqual([
    "node 'pool' (maxPool): 536870912x1 windows, dilated beyond the input, expected at most 1048576 an axis",
  ]);
});
