import { describe, expect, it } from 'vitest';
import type { OnnxModel } from '../../../src/formats/onnx.js';
import { withoutValues } from '../../../src/importers/onnx/without-values.js';
import {
  floats,
  importSmall,
  int64s,
  messageOf,
  onnxModel,
  onnxNode,
  valueInfo,
} from '../../support/onnx-model.js';

/** Names of the initializers after zeros stand for what is absent. */
const initializersOf = (model: OnnxModel) => withoutValues(model).graph.initializers.map(({ name }) => name);

describe('withoutValues', () => {
  it('takes an input for weights where every reader does', () => {
    const inputs = { x: [1, 2], w: [2, 2], b: [2], both: [2, 2], open: ['n', 2], unread: [2] };
    const model = onnxModel({
      inputs,
      nodes: [
        onnxNode('Gemm', ['x', 'w', 'b'], ['y']),
        onnxNode('MatMul', ['both', 'both'], ['z']),
        onnxNode('MatMul', ['y', 'open'], ['v']),
      ],
      outputs: ['v', 'z'],
    });
    expect(initializersOf(model)).toEqual(['w', 'b']);
  });

  it('takes an operand of at most one axis for a bias or a factor, and a wider one for data', () => {
    const inputs = { x: [2, 4], bias: [4], other: [2, 4] };
    const nodes = [onnxNode('Add', ['bias', 'x'], ['y']), onnxNode('Mul', ['y', 'other'], ['z'])];
    expect(initializersOf(onnxModel({ inputs, nodes, outputs: ['z'] }))).toEqual(['bias']);
  });

  it('leaves integers and what the file holds alone', () => {
    const initializers = { w: floats([2, 2], [1, 2, 3, 4]), shape: int64s([1, 2]) };
    const nodes = [
      onnxNode('MatMul', ['x', 'w'], ['y']),
      onnxNode('Reshape', ['y', 'shape'], ['z']),
      onnxNode('MatMul', ['z', 'late'], ['out']),
    ];
    const model = onnxModel({ inputs: { x: [1, 2] }, initializers, nodes, outputs: ['out'] });
    const valueInfos = [valueInfo('late', [2, 3]), valueInfo('y', [1, 2])];
    const told = { ...model, graph: { ...model.graph, valueInfos } };
    expect(initializersOf(told)).toEqual(['w', 'shape', 'late']);
    expect(withoutValues(told).graph.initializers.slice(0, 2)).toEqual(model.graph.initializers);
  });

  it('refuses a small file that asks for more zeros than memory has', () => {
    const names = ['a', 'b', 'c'];
    const model = onnxModel({
      inputs: { x: [1, 16384], a: [16384, 16384], b: [16384, 16384], c: [16384, 16384] },
      nodes: names.map((name) => onnxNode('MatMul', ['x', name], [`y.${name}`])),
      outputs: names.map((name) => `y.${name}`),
    });
    expect(messageOf(() => withoutValues(model))).toBe(
      "weights 'b': found 536870912 elements of absent weights up to here, expected at most 268435456",
    );
  });

  it('is for those who say so', () => {
    const parts = {
      inputs: { x: [1, 2], w: [2, 3] },
      nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])],
      outputs: ['y'],
    };
    expect(importSmall(parts).inputs.map(({ name }) => name)).toEqual(['x', 'w']);
    expect(importSmall(parts, { shapesOnly: true }).inputs.map(({ name }) => name)).toEqual(['x']);
  });
});
