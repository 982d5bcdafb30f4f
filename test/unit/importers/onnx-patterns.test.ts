import { describe, expect, it } from 'vitest';
import type { OnnxNode } from '../../../src/formats/onnx.js';
import { evaluateSmall, floats, importSmall, onnxNode, type ModelParts } from '../../support/onnx-model.js';

const scalars = {
  half: floats([], [0.5]),
  one: floats([], [1]),
  two: floats([], [2]),
  three: floats([], [3]),
  sqrt2: floats([], [Math.SQRT2]),
  cubic: floats([], [0.044715]),
  slope: floats([], [Math.sqrt(2 / Math.PI)]),
};

function formula(nodes: readonly OnnxNode[]): ModelParts {
  return { inputs: { x: [1, 4] }, initializers: scalars, nodes, outputs: ['y'] };
}

const erfGate = [
  onnxNode('Div', ['x', 'sqrt2'], ['s']),
  onnxNode('Erf', ['s'], ['e']),
  onnxNode('Add', ['e', 'one'], ['gate']),
];

const tanhGate = (argument: readonly OnnxNode[]): OnnxNode[] => [
  ...argument,
  onnxNode('Tanh', ['u'], ['t']),
  onnxNode('Add', ['one', 't'], ['gate']),
  onnxNode('Mul', ['x', 'half'], ['h']),
  onnxNode('Mul', ['h', 'gate'], ['y']),
];

const spelledOut = [
  {
    how: 'x · (1 + erf) · 0.5, as PyTorch writes it',
    nodes: [...erfGate, onnxNode('Mul', ['x', 'gate'], ['m']), onnxNode('Mul', ['m', 'half'], ['y'])],
    approximation: 'none',
  },
  {
    how: 'x · (0.5 · (1 + erf))',
    nodes: [...erfGate, onnxNode('Mul', ['half', 'gate'], ['m']), onnxNode('Mul', ['x', 'm'], ['y'])],
    approximation: 'none',
  },
  {
    how: 'tanh with a cube by Pow',
    nodes: tanhGate([
      onnxNode('Pow', ['x', 'three'], ['p']),
      onnxNode('Mul', ['p', 'cubic'], ['c']),
      onnxNode('Add', ['x', 'c'], ['a']),
      onnxNode('Mul', ['a', 'slope'], ['u']),
    ]),
    approximation: 'tanh',
  },
  {
    how: 'tanh with a cube by products',
    nodes: tanhGate([
      onnxNode('Mul', ['x', 'x'], ['xx']),
      onnxNode('Mul', ['xx', 'cubic'], ['c']),
      onnxNode('Add', ['c', 'one'], ['c1']),
      onnxNode('Mul', ['x', 'slope'], ['sx']),
      onnxNode('Mul', ['sx', 'c1'], ['u']),
    ]),
    approximation: 'tanh',
  },
] as const;

describe('GELU written out becomes one function', () => {
  it.each(spelledOut)('$how', ({ nodes, approximation }) => {
    const graph = importSmall(formula(nodes));
    expect(graph.nodes).toMatchObject([{ op: 'unary', function: { kind: 'gelu', approximation } }]);
    expect(evaluateSmall(formula(nodes), [0, 1, -1, 3])[0]![1]).toBeCloseTo(0.8413, 3);
  });

  it('but not where the factor is another one', () => {
    const nodes = [...erfGate, onnxNode('Mul', ['x', 'gate'], ['y'])];
    expect(importSmall(formula(nodes)).nodes.map(({ op }) => op)).toEqual(['unary', 'unary', 'unary', 'mul']);
  });

  it('but not where somebody else reads what is in between', () => {
    const nodes = spelledOut[0].nodes;
    const graph = importSmall({ ...formula(nodes), outputs: ['y', 'm'] });
    expect(graph.nodes.map(({ op }) => op)).not.toEqual(['unary']);
  });
});

describe('a constant added to what a layer without a bias computes', () => {
  const layer: ModelParts = {
    inputs: { x: [1, 2, 3, 3] },
    initializers: {
      w: floats([2, 2, 1, 1], [1, 2, 3, 4]),
      b: floats([2, 1, 1], [10, 20]),
      image: floats(
        [2, 3, 3],
        Array.from({ length: 18 }, (_, index) => index),
      ),
    },
    nodes: [onnxNode('Conv', ['x', 'w'], ['c'], {}, 'conv'), onnxNode('Add', ['b', 'c'], ['y'], {}, 'plus')],
    outputs: ['y'],
  };

  it('is its bias, and the layer makes the sum', () => {
    const graph = importSmall(layer);
    expect(graph.nodes).toMatchObject([{ op: 'conv2d', name: 'conv', output: 'y' }]);
    expect([...graph.constants.get(graph.nodes[0]!.inputs[2]!)!.data]).toEqual([10, 20]);
  });

  it('stays a sum where it differs from pixel to pixel', () => {
    const nodes = [layer.nodes[0]!, onnxNode('Add', ['c', 'image'], ['y'])];
    expect(importSmall({ ...layer, nodes }).nodes.map(({ op }) => op)).toEqual(['conv2d', 'add']);
  });

  it('stays a sum where the layer is read elsewhere', () => {
    expect(importSmall({ ...layer, outputs: ['y', 'c'] }).nodes.map(({ op }) => op)).toEqual([
      'conv2d',
      'add',
    ]);
  });
});
