import { describe, expect, it } from 'vitest';
import { INT32, INT8 } from '../../../src/arith/int-format.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';
import { sumBound } from '../../../src/ir/sum-bound.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { ACCUMULATOR } from '../../support/identity.js';
import { nodeGraph } from '../../support/int-graph.js';
import type { UnplacedNode } from '../../support/run-node.js';

const int8: ValueType = { kind: 'int', format: INT8, quantization: null };
const int32: ValueType = { kind: 'int', format: INT32, quantization: null };

const port = (value: string) => [{ name: value, value, permutation: null }];

/** Two outputs of two inputs each, weights and biases known. */
function dense(
  weights: readonly number[],
  biases: readonly number[],
  weightZeroPoint: number,
): number | null {
  const builder = new GraphBuilder<IntNode>();
  builder.addInput('x', [1, 2], int8);
  builder.addConstant('weight', tensorFrom('int8', [2, 2], weights), int8);
  builder.addConstant('bias', tensorFrom('int32', [2], biases), int32);
  const node: IntNode = {
    op: 'fullyConnected',
    name: 'dense',
    inputs: ['x', 'weight', 'bias'],
    output: 'y',
    inputZeroPoint: 0,
    weightZeroPoint,
    ...ACCUMULATOR,
  };
  builder.addNode(node, int32);
  return sumBound(node, builder.finish<IntGraph>('integer', 'dense', port('x'), port('y'), {}));
}

describe('the largest sum', () => {
  it.each([
    { why: 'weights against the code of largest magnitude', biases: [0, 0], zero: 0, bound: 100 * 128 },
    { why: 'a bias of either sign on top', biases: [0, -2000], zero: 0, bound: 100 * 128 + 2000 },
    { why: 'the worst output, not the last', biases: [20_000, 0], zero: 0, bound: 7 * 128 + 20_000 },
    { why: 'weights less their zero point', biases: [0, 0], zero: -10, bound: (110 + 10) * 128 },
  ])('of a dense layer counts $why', ({ biases, zero, bound }) => {
    expect(dense([3, -4, 100, 0], biases, zero)).toBe(bound);
  });

  it.each<{ node: UnplacedNode; shapes: readonly (readonly number[])[]; bound: number | null }>([
    {
      node: { op: 'matMul', inputZeroPoints: [-128, 127], ...ACCUMULATOR },
      shapes: [
        [2, 3],
        [3, 2],
      ],
      bound: 3 * 255 * 255,
    },
    { node: { op: 'mul', inputZeroPoints: [0, 127], ...ACCUMULATOR }, shapes: [[4], [4]], bound: 128 * 255 },
    {
      node: {
        op: 'add',
        inputZeroPoints: [0, -128],
        leftShift: 20,
        inputRequantizers: [ACCUMULATOR.requantizer, ACCUMULATOR.requantizer],
        ...ACCUMULATOR,
      },
      shapes: [[4], [4]],
      bound: 255 * 2 ** 20,
    },
    {
      node: { op: 'mean', axes: [1, 2], keepDims: false, inputZeroPoint: -28, ...ACCUMULATOR },
      shapes: [[1, 3, 5, 2]],
      bound: 15 * 155,
    },
    { node: { op: 'requantize', inputZeroPoint: 28, ...ACCUMULATOR }, shapes: [[4]], bound: 156 },
    { node: { op: 'requantize', inputZeroPoint: 0, ...ACCUMULATOR }, shapes: [[4]], bound: null },
    { node: { op: 'reshape', shape: [4, 1] }, shapes: [[4]], bound: null },
  ])('of $node.op is $bound', ({ node: unplaced, shapes, bound }) => {
    const operands = shapes.map((shape) => ({ shape, format: INT8 }));
    const { graph, node } = nodeGraph(unplaced, operands, INT32);
    expect(sumBound(node, graph)).toBe(bound);
  });
});
