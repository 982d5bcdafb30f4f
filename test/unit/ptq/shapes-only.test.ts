import { describe, expect, it } from 'vitest';
import { quantize } from '../../../src/ptq/quantize.js';
import type { Recipe } from '../../../src/ptq/recipe.js';
import { floats, importSmall, int64s, messageOf, onnxNode } from '../../support/onnx-model.js';

/** A product whose reshaped result is put beside a token: the two need not be on one grid. */
const besideToken = importSmall(
  {
    inputs: { x: [1, 4], w: [4, 4] },
    initializers: { shape: int64s([2, 2]), token: floats([1, 2], [0.5, 0.25]) },
    nodes: [
      onnxNode('MatMul', ['x', 'w'], ['y']),
      onnxNode('Reshape', ['y', 'shape'], ['rows']),
      onnxNode('Concat', ['token', 'rows'], ['all'], { axis: 0n }),
    ],
    outputs: ['all'],
  },
  { shapesOnly: true },
);

it('activations get grids of their own, so that no requantization is spared by chance', () => {
  const { graph } = quantize(besideToken, [], { shapesOnly: true });
  expect(graph.nodes.map(({ op }) => op)).toEqual(['fullyConnected', 'reshape', 'requantize', 'concat']);
});

it('without shapesOnly somebody has to tell the grids', () => {
  expect(() => quantize(besideToken, [])).toThrow('calibration has at least one sample');
  const none = { file: null, activations: new Map(), parameters: new Map() };
  expect(messageOf(() => quantize(besideToken, [], { grids: none }))).toMatch(/^found no calibration data/);
});

function zerosOf(shape: readonly number[]) {
  const count = shape.reduce((product, extent) => product * extent);
  return floats(
    shape,
    Array.from({ length: count }, () => 0),
  );
}

describe('weights that nobody has', () => {
  const layers = { first: [4, 3, 3, 3], second: [2, 4, 1, 1] };
  const quantized = (hasZeros: boolean, recipe: Partial<Recipe> = {}) => {
    const statistics = {
      scale: [1, 2, 3, 4],
      shift: [0, 1, -1, 0],
      mean: [0, 0, 1, 2],
      variance: [1, 2, 1, 4],
    };
    const parameters = Object.entries(statistics).map(
      ([name, values]) => [name, floats([4], values)] as const,
    );
    const weights = Object.entries(layers).map(([name, shape]) => [name, zerosOf(shape)] as const);
    const model = importSmall(
      {
        inputs: { x: [1, 3, 6, 6], ...(hasZeros ? {} : layers) },
        initializers: Object.fromEntries([...parameters, ...(hasZeros ? weights : [])]),
        nodes: [
          onnxNode('Conv', ['x', 'first'], ['y']),
          onnxNode('BatchNormalization', ['y', ...Object.keys(statistics)], ['z']),
          onnxNode('Conv', ['z', 'second'], ['out']),
        ],
        outputs: ['out'],
      },
      { shapesOnly: true },
    );
    return quantize(model, [], { shapesOnly: true, recipe }).graph;
  };

  it.each([{}, { weightRange: 'mse' }, { weightGranularity: 'perTensor' }] as const)(
    'make the graph that zeros in the file make, with the recipe %j',
    (recipe) => {
      const [absent, present] = [quantized(false, recipe), quantized(true, recipe)];
      expect(absent.nodes).toEqual(present.nodes);
      expect([...absent.constants]).toEqual([...present.constants]);
    },
  );

  const memories = (hasZeros: boolean) =>
    Object.keys(layers).map((name) => quantized(hasZeros).constants.get(name)!.data.buffer);

  it('share one memory, from the file to the integer graph', () => {
    const [first, second] = memories(false);
    expect(first).toBe(second);
    const [own, other] = memories(true);
    expect(own).not.toBe(other);
  });
});
