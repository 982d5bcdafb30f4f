import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8 } from '../../../src/arith/int-format.js';
import type { Shape } from '../../../src/tensor/shape.js';
import type { Window2d } from '../../../src/tensor/window.js';
import { nodeMacs } from '../../../src/lower/workload/node-macs.js';
import { workloadOf } from '../../../src/lower/workload/workload-of.js';
import type { VectorWorkload, Workload } from '../../../src/lower/workload/workload.js';
import { nodeGraph } from '../../support/int-graph.js';
import type { UnplacedNode } from '../../support/run-node.js';

const stage = {
  requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [8] },
  outputZeroPoint: 0,
  clamp: { min: -128, max: 127 },
} as const;
const arithmetic = { ...stage, inputZeroPoint: 0, weightZeroPoint: 0 } as const;

function square(kernel: number, stride = 1, pad = 0): Window2d {
  return {
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: pad,
    padBottom: pad,
    padLeft: pad,
    padRight: pad,
  };
}

function int8Node(node: UnplacedNode, ...shapes: Shape[]) {
  return nodeGraph(
    node,
    shapes.map((shape) => ({ shape, format: INT8 })),
    INT8,
  );
}

function int8Workload(node: UnplacedNode, ...shapes: Shape[]): Workload {
  const built = int8Node(node, ...shapes);
  return workloadOf(built.node, built.graph);
}

describe('MACs', () => {
  it('of a convolution are output positions x taps x channels, padded taps included', () => {
    const { node, graph } = int8Node(
      { op: 'conv2d', groups: 1, ...square(3, 1, 1), ...arithmetic },
      [2, 8, 8, 4],
      [6, 3, 3, 4],
      [6],
    );
    expect(nodeMacs(node, graph)).toBe(2 * 64 * 9 * 4 * 6);
  });

  it('of a transposed convolution that scales up by its stride are input positions x taps x channels', () => {
    const { node, graph } = int8Node(
      {
        op: 'convTranspose2d',
        groups: 1,
        outputPaddingHeight: 1,
        outputPaddingWidth: 1,
        ...square(3, 2, 1),
        ...arithmetic,
      },
      [1, 5, 5, 4],
      [6, 3, 3, 4],
      [6],
    );
    expect(graph.values.get('result')!.shape).toEqual([1, 10, 10, 6]);
    expect(nodeMacs(node, graph)).toBe(25 * 9 * 4 * 6);
  });

  it('of everything off the array are none', () => {
    const { node, graph } = int8Node({ op: 'maxPool', ...square(2, 2) }, [1, 4, 4, 3]);
    expect(nodeMacs(node, graph)).toBe(0);
  });
});

describe('a matMul', () => {
  const matMul = { op: 'matMul', inputZeroPoints: [0, 0], ...stage } as const;
  it.each([
    { why: 'is one group per product', a: [3, 5, 7], b: [3, 7, 2], groups: 3, rows: 5, outputs: 2 },
    {
      why: 'stacks left operands on a shared right one',
      a: [3, 5, 7],
      b: [7, 2],
      groups: 1,
      rows: 15,
      outputs: 2,
    },
    {
      why: 'lines up right operands of a shared left one',
      a: [5, 7],
      b: [3, 7, 2],
      groups: 1,
      rows: 5,
      outputs: 6,
    },
  ])('$why', ({ a, b, groups, rows, outputs }) => {
    expect(int8Workload(matMul, a, b)).toMatchObject({
      kind: 'array',
      groups,
      rows: { outputExtent: rows },
      inputChannels: 7,
      outputChannels: outputs,
      biasBytes: 0,
    });
  });
});

describe('operand widths', () => {
  const int4 = { bits: 4, signed: true };

  it('are bits of the operands of the array, and whole bytes of the rest: four for the bias', () => {
    const { node, graph } = nodeGraph(
      { op: 'fullyConnected', ...arithmetic },
      [
        { shape: [4, 10], format: INT16 },
        { shape: [3, 10], format: int4 },
        { shape: [3], format: INT32 },
      ],
      INT8,
    );
    const weights = { type: 'int8', shape: [3, 10], data: new Int8Array(30) } as const;
    const constants = new Map([[node.inputs[1]!, weights]]);
    expect(workloadOf(node, { ...graph, constants })).toMatchObject({
      activationBits: 16,
      weightBits: 4,
      biasBytes: 4,
      outputBytes: 1,
    });
  });

  it('of an activation in the place of a weight are the bytes it is stored in', () => {
    const { node, graph } = nodeGraph(
      { op: 'matMul', inputZeroPoints: [0, 0], ...stage },
      [
        { shape: [4, 10], format: int4 },
        { shape: [10, 3], format: int4 },
      ],
      INT8,
    );
    expect(workloadOf(node, graph)).toMatchObject({ activationBits: 4, weightBits: 8 });
  });
});

function figures(workload: Workload) {
  const { operationsPerOutput, inputBytes, parameterBytes } = workload as VectorWorkload;
  return { operationsPerOutput, inputBytes, parameterBytes };
}

describe('vector work', () => {
  it.each<{ why: string; node: UnplacedNode; shapes: Shape[]; want: ReturnType<typeof figures> }>([
    {
      why: 'a pooling window costs its size',
      node: { op: 'maxPool', ...square(3, 2) },
      shapes: [[1, 7, 7, 4]],
      want: { operationsPerOutput: 9, inputBytes: 1, parameterBytes: 0 },
    },
    {
      why: 'a mean costs what it averages',
      node: { op: 'mean', axes: [1, 2], keepDims: false, inputZeroPoint: 0, ...stage },
      shapes: [[1, 7, 7, 4]],
      want: { operationsPerOutput: 49, inputBytes: 49, parameterBytes: 0 },
    },
    {
      why: 'a product of equal shapes reads two operands',
      node: { op: 'mul', inputZeroPoints: [0, 0], ...stage },
      shapes: [
        [1, 4, 4, 8],
        [1, 4, 4, 8],
      ],
      want: { operationsPerOutput: 1, inputBytes: 2, parameterBytes: 0 },
    },
    {
      why: 'a broadcast operand is kept on chip',
      node: { op: 'mul', inputZeroPoints: [0, 0], ...stage },
      shapes: [
        [1, 4, 4, 8],
        [1, 1, 1, 8],
      ],
      want: { operationsPerOutput: 1, inputBytes: 1, parameterBytes: 8 },
    },
    {
      why: 'a table is kept on chip',
      node: { op: 'lut' },
      shapes: [[1, 4, 4, 8], [256]],
      want: { operationsPerOutput: 1, inputBytes: 1, parameterBytes: 256 },
    },
    {
      why: 'a softmax takes three passes',
      node: { op: 'softmax', multiplier: 2 ** 30, leftShift: 20, smallestDifference: -100 },
      shapes: [[2, 10]],
      want: { operationsPerOutput: 3, inputBytes: 1, parameterBytes: 0 },
    },
    {
      why: 'bilinear interpolation blends four inputs',
      node: {
        op: 'resize',
        weightBits: 8,
        rounding: 'halfAwayFromZero',
        rows: { lower: [0, 0], upper: [1, 1], upperWeight: [64, 192] },
        columns: { lower: [0, 0], upper: [1, 1], upperWeight: [64, 192] },
      },
      shapes: [[1, 2, 2, 4]],
      want: { operationsPerOutput: 4, inputBytes: 1, parameterBytes: 0 },
    },
  ])('$why', ({ node, shapes, want }) => {
    expect(figures(int8Workload(node, ...shapes))).toEqual(want);
  });
});

describe('movement', () => {
  it.each<{ node: UnplacedNode; shapes: Shape[] }>([
    { node: { op: 'transpose', permutation: [1, 0] }, shapes: [[3, 4]] },
    {
      node: { op: 'concat', axis: 0 },
      shapes: [
        [1, 4],
        [2, 4],
      ],
    },
    { node: { op: 'slice', starts: [0, 1], sizes: [3, 2], steps: [1, 1] }, shapes: [[3, 4]] },
    { node: { op: 'gather', axis: 0, indices: [1, 0], indicesShape: [2] }, shapes: [[3, 4]] },
  ])('$node.op costs an operation for each element it makes, and reads as many', ({ node, shapes }) => {
    expect(int8Workload(node, ...shapes)).toMatchObject({
      kind: 'vector',
      operationsPerOutput: 1,
      inputBytes: 1,
      parameterBytes: 0,
    });
  });

  it('pad reads what its results copy, and nothing for those that copy nothing', () => {
    const workload = int8Workload(
      { op: 'pad', before: [1, 0], after: [0, 1], mode: 'constant', value: 0 },
      [3, 4],
    );
    const lower = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 11];
    expect(workload).toMatchObject({ rows: { kind: 'taps', inputExtent: 12, outputExtent: 20, lower } });
  });

  it('reshape is free', () => {
    expect(int8Workload({ op: 'reshape', shape: [4, 3] }, [3, 4])).toEqual({ kind: 'free' });
  });
});
