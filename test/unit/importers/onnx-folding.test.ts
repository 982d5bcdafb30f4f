import { describe, expect, it } from 'vitest';
import type { PlainArray } from '../../../src/formats/elements.js';
import { encodeOnnxTensor } from '../../../src/formats/onnx-tensor.js';
import {
  evaluateSmall,
  floats,
  importSmall,
  int64s,
  onnxNode,
  refusalOf,
  type ModelParts,
} from '../../support/onnx-model.js';

/** A model without inputs: its output is folded away to a constant. */
function folded(
  nodes: ModelParts['nodes'],
  initializers: NonNullable<ModelParts['initializers']> = {},
  opset = 17,
): number[] {
  return evaluateSmall({ opset, nodes, initializers, outputs: ['y'] })[0]!;
}

const scalar = (value: bigint): PlainArray => ({
  type: 'int64',
  shape: [],
  data: BigInt64Array.of(value),
});

const int8 = (values: number[]): PlainArray => ({
  type: 'int8',
  shape: [values.length],
  data: Int8Array.from(values),
});

describe('shape arithmetic', () => {
  it("folds PyTorch's view(x.size(0), -1), whatever its batch", () => {
    const parts: ModelParts = {
      opset: 9,
      inputs: { x: ['N', 3, 4] },
      initializers: { zero: scalar(0n), rest: int64s([-1]) },
      nodes: [
        onnxNode('Shape', ['x'], ['shape']),
        onnxNode('Gather', ['shape', 'zero'], ['batch']),
        onnxNode('Unsqueeze', ['batch'], ['batch1'], { axes: [0n] }),
        onnxNode('Concat', ['batch1', 'rest'], ['target'], { axis: 0n }),
        onnxNode('Reshape', ['x', 'target'], ['y']),
      ],
      outputs: ['y'],
    };
    expect(importSmall(parts).nodes).toMatchObject([{ op: 'reshape', shape: [1, 12] }]);
    const batched = importSmall(parts, { inputShapes: new Map([['x', [5, 3, 4]]]) });
    expect(batched.nodes).toMatchObject([{ op: 'reshape', shape: [5, 12] }]);
  });

  it('folds what expands a class token to the batch', () => {
    const parts: ModelParts = {
      inputs: { x: [2, 3] },
      initializers: {
        token: floats([1, 3], [1, 2, 3]),
        minus: int64s([-1, -1]),
        pair: int64s([2]),
        ones: int64s([1, 1]),
        whole: int64s([2, 3]),
      },
      nodes: [
        onnxNode('ConstantOfShape', ['pair'], ['filled'], { value: encodeOnnxTensor('', int64s([1])) }),
        onnxNode('Mul', ['filled', 'minus'], ['negated']),
        onnxNode('Equal', ['whole', 'negated'], ['isOpen']),
        onnxNode('Where', ['isOpen', 'ones', 'whole'], ['target']),
        onnxNode('Expand', ['token', 'target'], ['tokens']),
        onnxNode('Concat', ['tokens', 'x'], ['y'], { axis: 0n }),
      ],
      outputs: ['y'],
    };
    expect(importSmall(parts).nodes.map(({ op }) => op)).toEqual(['concat']);
    expect(evaluateSmall(parts, [7, 7, 7, 8, 8, 8])[0]).toEqual([1, 2, 3, 1, 2, 3, 7, 7, 7, 8, 8, 8]);
  });

  it('keeps int64 exactly', () => {
    const big = int64s([2n ** 53n + 1n]);
    const nodes = [onnxNode('Sub', ['a', 'b'], ['y'])];
    expect(folded(nodes, { a: big, b: int64s([2n ** 53n]) })).toEqual([1]);
  });

  it('wraps integers at their width, and divides towards zero', () => {
    expect(folded([onnxNode('Add', ['a', 'b'], ['y'])], { a: int8([100]), b: int8([100]) })).toEqual([-56]);
    expect(folded([onnxNode('Div', ['a', 'b'], ['y'])], { a: int64s([-7, 7]), b: int64s([2, 2]) })).toEqual([
      -3, 3,
    ]);
  });

  it.each([
    { opType: 'Floor', value: -1.5, want: -2 },
    { opType: 'Ceil', value: -1.5, want: -1 },
    { opType: 'Neg', value: 2, want: -2 },
    { opType: 'Sqrt', value: 9, want: 3 },
  ])('folds $opType', ({ opType, value, want }) => {
    expect(folded([onnxNode(opType, ['a'], ['y'])], { a: floats([1], [value]) })).toEqual([want]);
  });

  it('folds Range, Cast, Slice and Size', () => {
    const nodes = [
      onnxNode('Range', ['start', 'limit', 'delta'], ['r']),
      onnxNode('Slice', ['r', 'from', 'to', 'axis', 'back'], ['s']),
      onnxNode('Cast', ['s'], ['f'], { to: 1n }),
      onnxNode('Size', ['f'], ['n']),
      onnxNode('Cast', ['n'], ['nf'], { to: 1n }),
      onnxNode('Add', ['f', 'nf'], ['y']),
    ];
    const initializers = {
      start: scalar(0n),
      limit: scalar(10n),
      delta: scalar(3n),
      from: int64s([-1]),
      to: int64s([-(2n ** 63n)]),
      axis: int64s([0]),
      back: int64s([-1]),
    };
    expect(folded(nodes, initializers)).toEqual([13, 10, 7, 4]);
  });

  it.each([
    { name: 'value_float', attribute: 2.5, want: [2.5] },
    { name: 'value_floats', attribute: [1, 2.5], want: [1, 2.5] },
    { name: 'value_int', attribute: 3n, want: [3] },
    { name: 'value_ints', attribute: [4n, 5n], want: [4, 5] },
  ])('knows constants by $name', ({ name, attribute, want }) => {
    expect(folded([onnxNode('Constant', [], ['y'], { [name]: attribute })])).toEqual(want);
  });

  it('refuses integers that a float output would round', () => {
    const parts = { initializers: { a: int64s([2 ** 24 + 1]) }, nodes: [onnxNode('Identity', ['a'], ['y'])] };
    expect(refusalOf({ ...parts, outputs: ['y'] })).toBe(
      "small.onnx: output 'y', constant 'a': found 16777217, expected integers that float32 holds exactly; the model looks damaged: export it again, or train it again",
    );
  });

  it.each([
    { what: 'an integer divided by zero', opType: 'Div', operands: [1, 0] },
    { what: 'exponent -1 of an integer', opType: 'Pow', operands: [2, -1] },
  ])('refuses $what', ({ what, opType, operands }) => {
    const initializers = { a: int64s([operands[0]!]), b: int64s([operands[1]!]) };
    const nodes = [onnxNode(opType, ['a', 'b'], ['y'])];
    expect(refusalOf({ initializers, nodes, outputs: ['y'] })).toContain(`found ${what}, expected`);
  });
});

describe('initializers that are also listed as inputs', () => {
  it('are constants, as before IR version 4', () => {
    const graph = importSmall({
      inputs: { x: [1, 2], w: [2, 2] },
      initializers: { w: floats([2, 2], [1, 2, 3, 4]) },
      nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])],
      outputs: ['y'],
    });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(graph.nodes).toMatchObject([{ op: 'fullyConnected' }]);
  });
});
