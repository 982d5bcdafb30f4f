import { describe, expect, it } from 'vitest';
import type { OnnxNode } from '../../../src/formats/onnx.js';
import {
  evaluateSmall,
  floats,
  importSmall,
  int64s,
  onnxNode,
  type AttributeValue,
  type ModelParts,
} from '../../support/onnx-model.js';

/** Variants of operators that ONNX's own tests (`test/golden/onnx-node-tests.test.ts`) have no case for. */
function oneNode(
  opType: string,
  shape: readonly number[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  initializers: NonNullable<ModelParts['initializers']> = {},
  opset = 17,
): ModelParts {
  const node = onnxNode(opType, ['x', ...Object.keys(initializers)], ['y'], attributes);
  return { opset, inputs: { x: shape }, initializers, nodes: [node], outputs: ['y'] };
}

const scalar = (value: number) => floats([], [value]);
const count = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** Windows of 2 with stride 2 on 1 … 3: the last one has a single element of the input. */
const pool = (attributes: Readonly<Record<string, AttributeValue>>): ModelParts =>
  oneNode('AveragePool', [1, 1, 3], { kernel_shape: [2n], strides: [2n], ceil_mode: 1n, ...attributes });

describe('AveragePool with ceil_mode', () => {
  it('does not count what only ceil_mode adds', () => {
    expect(evaluateSmall(pool({}), [1, 2, 3])).toEqual([[1.5, 3]]);
    expect(evaluateSmall(pool({ count_include_pad: 1n }), [1, 2, 3])).toEqual([[1.5, 3]]);
  });

  it('counts explicit pads where it is told to, still not what ceil_mode adds', () => {
    const padded = { pads: [1n, 1n], kernel_shape: [3n], strides: [3n], count_include_pad: 1n };
    // [0 1 2] [3 4 0] and nothing behind: 4 elements and 2 pads make two windows.
    expect(evaluateSmall({ ...pool(padded), inputs: { x: [1, 1, 4] } }, [1, 2, 3, 4])).toEqual([
      [1, Math.fround(7 / 3)],
    ]);
    // [0 1 2] [3 4 5] [0 . .]: the last window would begin behind the input, so it is dropped.
    expect(evaluateSmall({ ...pool(padded), inputs: { x: [1, 1, 5] } }, [1, 2, 3, 4, 5])).toEqual([[1, 4]]);
    // [0 1 2] [3 4 5] [6 0 .]: a pad counts, what lies behind it does not.
    expect(evaluateSmall({ ...pool(padded), inputs: { x: [1, 1, 6] } }, count(6))).toEqual([[1, 4, 3]]);
  });
});

describe('Softmax before opset 13', () => {
  it('goes over all axes from `axis` on', () => {
    const parts = oneNode('Softmax', [1, 2, 2], { axis: 1n }, {}, 11);
    expect(evaluateSmall(parts, [0, 0, 0, 0])).toEqual([[0.25, 0.25, 0.25, 0.25]]);
  });

  it('goes along one axis where the others have one element', () => {
    const parts = oneNode('Softmax', [1, 2, 1, 1], {}, {}, 11);
    expect(importSmall(parts).nodes.map(({ op }) => op)).toEqual(['softmax']);
  });
});

describe('Resize and Upsample of early opsets', () => {
  it('shrink to the element after, as ONNX tested in opset 10', () => {
    const scales = { scales: floats([4], [1, 1, 0.6, 0.6]) };
    expect(evaluateSmall(oneNode('Resize', [1, 1, 2, 4], {}, scales, 10), count(8))).toEqual([[1, 3]]);
  });

  it('grow to the element before', () => {
    const attributes = { scales: [1, 1, 1.5], mode: 'nearest' };
    expect(evaluateSmall(oneNode('Upsample', [1, 1, 4], attributes, {}, 7), count(4))).toEqual([
      [1, 1, 2, 3, 3, 4],
    ]);
  });

  it('blend from the position divided by the scale', () => {
    const parts = oneNode('Upsample', [1, 1, 2], { mode: 'linear' }, { scales: floats([3], [1, 1, 2]) }, 9);
    expect(evaluateSmall(parts, [1, 3])).toEqual([[1, 2, 3, 3]]);
  });
});

/** Two elements to four. */
const linear = (mode: string): ModelParts =>
  oneNode(
    'Resize',
    [1, 1, 2],
    { mode: 'linear', coordinate_transformation_mode: mode },
    { roi: floats([0], []), scales: floats([3], [1, 1, 2]) },
    13,
  );

describe('Resize', () => {
  it.each([
    { mode: 'half_pixel', want: [1, 1.5, 2.5, 3] },
    { mode: 'pytorch_half_pixel', want: [1, 1.5, 2.5, 3] },
    { mode: 'asymmetric', want: [1, 2, 3, 3] },
    { mode: 'tf_half_pixel_for_nn', want: [1.5, 2.5, 3, 3] },
    { mode: 'half_pixel_symmetric', want: [1, 1.5, 2.5, 3] },
  ])('places outputs by $mode', ({ mode, want }) => {
    expect(evaluateSmall(linear(mode), [1, 3])).toEqual([want]);
  });

  it('keeps the aspect ratio where it is told to', () => {
    const sizes = { roi: floats([0], []), scales: floats([0], []), sizes: int64s([4, 8]) };
    const policy = { keep_aspect_ratio_policy: 'not_larger', axes: [2n, 3n] };
    const graph = importSmall(oneNode('Resize', [1, 1, 2, 2], policy, sizes, 18));
    expect(graph.values.get(graph.outputs[0]!.value)!.shape).toEqual([1, 4, 4, 1]);
  });
});

describe('arithmetic with one number', () => {
  it.each([
    { opType: 'Add', operands: ['x', 'c'], want: [5, 6], functions: 1 },
    { opType: 'Sub', operands: ['x', 'c'], want: [-3, -2], functions: 1 },
    { opType: 'Sub', operands: ['c', 'x'], want: [3, 2], functions: 1 },
    { opType: 'Mul', operands: ['c', 'x'], want: [4, 8], functions: 1 },
    { opType: 'Div', operands: ['x', 'c'], want: [0.25, 0.5], functions: 1 },
    { opType: 'Div', operands: ['c', 'x'], want: [4, 2], functions: 2 },
    { opType: 'Pow', operands: ['x', 'c'], want: [1, 16], functions: 1 },
  ])('$opType of $operands is a function', ({ opType, operands, want, functions }) => {
    const parts: ModelParts = {
      inputs: { x: [2] },
      initializers: { c: scalar(4) },
      nodes: [onnxNode(opType, operands, ['y'])],
      outputs: ['y'],
    };
    expect(importSmall(parts).nodes.map(({ op }) => op)).toEqual(
      Array.from({ length: functions }, () => 'unary'),
    );
    expect(evaluateSmall(parts, [1, 2])).toEqual([want]);
  });

  it('raises a number to a power that is not known', () => {
    const parts: ModelParts = {
      inputs: { x: [2] },
      initializers: { c: scalar(2) },
      nodes: [onnxNode('Pow', ['c', 'x'], ['y'])],
      outputs: ['y'],
    };
    expect(evaluateSmall(parts, [3, -1])).toEqual([[8, 0.5]]);
  });

  it('broadcasts its operand to the rank of the number', () => {
    const graph = importSmall(oneNode('Add', [2], {}, { c: floats([1, 1], [1]) }));
    expect(graph.values.get(graph.outputs[0]!.value)!.shape).toEqual([1, 2]);
  });
});

const matMul = (a: readonly number[], w: ModelParts['initializers']): ModelParts =>
  oneNode('MatMul', a, {}, w);

describe('MatMul', () => {
  it('with a constant vector makes a dot product per row', () => {
    const parts = matMul([2, 2], { v: floats([2], [10, 1]) });
    expect(evaluateSmall(parts, [1, 2, 3, 4])).toEqual([[12, 34]]);
    expect(importSmall(parts).nodes[0]!.op).toBe('fullyConnected');
  });

  it('with a different constant matrix per batch stays a product of two operands', () => {
    const parts = matMul([2, 1, 2], { m: floats([2, 2, 1], [1, 1, 10, 10]) });
    expect(evaluateSmall(parts, [1, 2, 3, 4])).toEqual([[3, 70]]);
    expect(importSmall(parts).nodes[0]!.op).toBe('matMul');
  });

  it('takes a constant on the left', () => {
    const parts: ModelParts = {
      inputs: { x: [2, 1] },
      initializers: { m: floats([2, 2], [1, 2, 3, 4]) },
      nodes: [onnxNode('MatMul', ['m', 'x'], ['y'])],
      outputs: ['y'],
    };
    expect(evaluateSmall(parts, [1, 10])).toEqual([[21, 43]]);
  });
});

describe('operators of early opsets', () => {
  it.each([
    {
      what: 'Clip with bounds as attributes',
      parts: oneNode('Clip', [3], { min: -1, max: 1 }, {}, 7),
      want: [-1, 0.5, 1],
    },
    {
      what: 'Clip without bounds',
      parts: oneNode('Clip', [3], {}, {}, 7),
      want: [-2, 0.5, 2],
    },
    {
      what: 'Slice with attributes',
      parts: oneNode('Slice', [3], { starts: [1n], ends: [2n ** 63n - 1n] }, {}, 9),
      want: [0.5, 2],
    },
    {
      what: 'Pad with attributes',
      parts: oneNode('Pad', [3], { pads: [1n, 0n], value: 9 }, {}, 10),
      want: [9, -2, 0.5, 2],
    },
    {
      what: 'Pad that crops',
      parts: oneNode('Pad', [3], { pads: [-1n, 1n], mode: 'edge' }, {}, 10),
      want: [0.5, 2, 2],
    },
    {
      what: 'Dropout',
      parts: oneNode('Dropout', [3], { ratio: 0.5 }, {}, 7),
      want: [-2, 0.5, 2],
    },
  ])('$what', ({ parts, want }) => {
    expect(evaluateSmall(parts, [-2, 0.5, 2])).toEqual([want]);
  });

  it('BatchNormalization with statistics per position where there are no positions', () => {
    const ones = Object.fromEntries(['s', 'b', 'm', 'v'].map((name) => [name, floats([2], [1, 1])]));
    const parts = oneNode('BatchNormalization', [1, 2], { spatial: 0n, epsilon: 0 }, ones, 7);
    expect(evaluateSmall(parts, [3, 5])).toEqual([[3, 5]]);
  });
});

describe('the domain com.microsoft', () => {
  it('has Gelu', () => {
    const node: OnnxNode = { ...onnxNode('Gelu', ['x'], ['y']), domain: 'com.microsoft' };
    const graph = importSmall({ inputs: { x: [2] }, nodes: [node], outputs: ['y'] });
    expect(graph.nodes).toMatchObject([{ op: 'unary', function: { kind: 'gelu', approximation: 'none' } }]);
  });
});

describe('names', () => {
  it('are those of the source, told apart, or made of operator and position', () => {
    const graph = importSmall({
      inputs: { x: [2] },
      nodes: [
        onnxNode('Exp', ['x'], ['a'], {}, 'same'),
        onnxNode('Exp', ['a'], ['b'], {}, 'same'),
        onnxNode('Exp', ['b'], ['y']),
      ],
      outputs: ['y'],
    });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['same', 'same.1', 'Exp_2']);
  });

  it('stay in topological order where the file is not', () => {
    const graph = importSmall({
      inputs: { x: [2] },
      nodes: [onnxNode('Exp', ['a'], ['y'], {}, 'second'), onnxNode('Relu', ['x'], ['a'], {}, 'first')],
      outputs: ['y'],
    });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['first', 'second']);
  });
});
