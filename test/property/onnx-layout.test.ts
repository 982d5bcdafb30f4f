import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { importInSourceOrder, importOnnx } from '../../src/importers/onnx/import.js';
import type { FloatGraph } from '../../src/ir/graph.js';
import { elementCount } from '../../src/tensor/shape.js';
import { anyOnnxModel, type RandomModel } from '../arbitraries/onnx-graphs.js';
import { counterexample } from '../support/counterexample.js';
import { floatRunner } from '../support/run-float.js';

/** Layout changes the order in which products are added up, and nothing else. */
const tolerance = 1e-4;

it('gives the outputs of the graph in the order of its source, whatever the graph', () => {
  const sameOutputs = fc.property(anyOnnxModel(), (model) => largestDifference(model) < tolerance);
  expect(counterexample(sameOutputs)).toBe('');
});

it('never leaves a reshape after a reshape, or a transpose that moves nothing', () => {
  const tidy = fc.property(anyOnnxModel(), ({ bytes }) => isTidy(importOnnx(bytes, { file: 'random.onnx' })));
  expect(counterexample(tidy, 500)).toBe('');
});

function isTidy(graph: FloatGraph): boolean {
  const reshaped = new Set(graph.nodes.filter(({ op }) => op === 'reshape').map(({ output }) => output));
  return graph.nodes.every((node) => {
    if (node.op === 'reshape') return !reshaped.has(node.inputs[0]!);
    if (node.op !== 'transpose') return true;
    const { shape } = graph.values.get(node.inputs[0]!)!;
    const moved = node.permutation.filter((axis) => shape[axis] !== 1);
    return moved.some((axis, position) => position > 0 && axis < moved[position - 1]!);
  });
}

function largestDifference({ bytes, inputShapes }: RandomModel): number {
  const options = { file: 'random.onnx' };
  const random = new Random(7);
  const inputs = inputShapes.map((shape) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-1, 1)),
  );
  const expected = floatRunner(importInSourceOrder(bytes, options))(inputs);
  const got = floatRunner(importOnnx(bytes, options))(inputs);
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return Math.max(
    ...got.flatMap((values, output) =>
      [...values].map((value, i) => Math.abs(value - expected[output]![i]!)),
    ),
  );
}
