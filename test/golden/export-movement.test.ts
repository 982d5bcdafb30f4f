import { describe, expect, it } from 'vitest';
import { INT8, UINT8 } from '../../src/arith/int-format.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { elementCount } from '../../src/tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../../src/tensor/tensor.js';
import { compareInOrt } from '../support/export-compare.js';
import { griddedNode } from '../support/gridded-node.js';
import { activation, type UnplacedNode } from '../support/run-node.js';

const SHAPE = [2, 3, 4, 5];
/** Every element another code, so that one out of place is seen. */
const codes = (first: number): number[] => Array.from({ length: elementCount(SHAPE) }, (_, i) => first + i);

describe('what only moves codes moves the same ones in ONNX Runtime', () => {
  it.each<{ why: string; node: UnplacedNode; operands?: number }>([
    { why: 'a reshape', node: { op: 'reshape', shape: [6, 20] } },
    { why: 'a transpose', node: { op: 'transpose', permutation: [2, 0, 3, 1] } },
    { why: 'a concatenation', node: { op: 'concat', axis: 3 }, operands: 2 },
    {
      why: 'a slice with steps, backwards too',
      node: { op: 'slice', starts: [1, 2, 0, 4], sizes: [2, 3, 2, 2], steps: [-1, -1, 2, -3] },
    },
    {
      why: 'a slice of single elements',
      node: { op: 'slice', starts: [1, 0, 3, 2], sizes: [1, 1, 1, 1], steps: [1, -1, 0, 5] },
    },
    {
      why: 'padding by a code',
      node: { op: 'pad', before: [0, 1, 2, 0], after: [1, 0, 0, 3], mode: 'constant', value: 77 },
    },
    {
      why: 'padding by reflection',
      node: { op: 'pad', before: [0, 1, 2, 0], after: [1, 0, 0, 3], mode: 'reflect', value: 0 },
    },
    {
      why: 'padding by the edge',
      node: { op: 'pad', before: [0, 1, 2, 0], after: [1, 0, 0, 3], mode: 'edge', value: 0 },
    },
    { why: 'gathering a row', node: { op: 'gather', axis: 1, indices: [2], indicesShape: [] } },
    { why: 'gathering several', node: { op: 'gather', axis: 3, indices: [4, 0, 4], indicesShape: [3] } },
    {
      why: 'gathering a matrix of them',
      node: { op: 'gather', axis: 2, indices: [3, 1, 0, 2], indicesShape: [2, 2] },
    },
  ])('$why', async ({ node, operands = 1 }) => {
    for (const format of [INT8, UINT8]) {
      for (const swapped of [false, true]) {
        const first = format.signed ? -60 : 5;
        const inputs = Array.from({ length: operands }, (_, i) =>
          activation(format, SHAPE, codes(first + i)),
        );
        const { graph, fed } = griddedNode({ node, operands: inputs, format }, swapped);
        const found = await compareInOrt(graph, fed, swapped ? 'all' : 'disabled');
        expect(found?.differences.values).toBeGreaterThan(0);
        expect(found?.differences.differing).toBe(0);
      }
    }
  });
});

/** A graph in which the axes of a value change hands several times before anybody computes with it. */
function wandering(): { readonly graph: IntGraph; readonly fed: readonly Tensor[] } {
  const type: ValueType = {
    kind: 'int',
    format: INT8,
    quantization: { scales: [0.37], zeroPoint: 3, axis: null },
  };
  const builder = new GraphBuilder<IntNode>();
  const node = (unplaced: UnplacedNode, name: string, ...inputs: string[]): string =>
    builder.addNode({ ...unplaced, name, inputs, output: `${name}.out` }, type);
  const sum = {
    op: 'add',
    inputZeroPoints: [3, 3],
    leftShift: 8,
    inputRequantizers: [
      { kind: 'shift', rounding: 'halfUp', shifts: [1] },
      { kind: 'shift', rounding: 'halfUp', shifts: [1] },
    ],
    requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [7] },
    outputZeroPoint: 3,
    clamp: { min: -128, max: 127 },
  } as const;
  const x = builder.addInput('x', SHAPE, type);
  const row = builder.addConstant('row', tensorFrom(storageType(INT8), [5], [1, 2, 3, 4, 5]), type);
  const moved = node({ op: 'transpose', permutation: [0, 3, 1, 2] }, 'moved', x);
  const back = node({ op: 'transpose', permutation: [0, 2, 3, 1] }, 'back', moved);
  const biased = node(sum, 'biased', back, row); // a constant of lower rank, in the order of the other operand
  const mixed = node(sum, 'mixed', biased, x);
  const flat = node({ op: 'reshape', shape: [2, 12, 5] }, 'flat', mixed);
  const turned = node({ op: 'transpose', permutation: [2, 0, 1] }, 'turned', flat);
  const picked = node({ op: 'gather', axis: 1, indices: [1], indicesShape: [] }, 'picked', turned);
  const ports = [
    { name: 'turned', value: turned, permutation: [1, 0, 2] },
    { name: 'picked', value: picked, permutation: null },
    { name: 'mixed', value: mixed, permutation: [3, 2, 1, 0] },
  ];
  const graph = builder.finish<IntGraph>(
    'integer',
    'wandering',
    [{ name: 'x', value: x, permutation: [0, 2, 3, 1] }],
    ports,
    {},
  );
  return { graph, fed: [tensorFrom('int8', SHAPE, codes(-60))] };
}

it.each(['disabled', 'all'] as const)(
  'axes that change hands several times end where they should (optimization: %s)',
  async (optimization) => {
    const { graph, fed } = wandering();
    const found = await compareInOrt(graph, fed, optimization);
    // Sums of codes on one grid are exact on both sides, so any difference is one of place.
    expect(found?.differences).toEqual({ values: 300, differing: 0, largest: 0 });
  },
);
