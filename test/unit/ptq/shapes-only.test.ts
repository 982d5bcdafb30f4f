import { expect, it } from 'vitest';
import { quantize } from '../../../src/ptq/quantize.js';
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
