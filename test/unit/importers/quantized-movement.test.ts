import { describe, expect, it } from 'vitest';
import { tensor, type Tensor } from '../../../src/tensor/tensor.js';
import { int64s, type AttributeValue } from '../../support/onnx-model.js';
import { runImportedOnnx } from '../../support/onnx-imported.js';
import { int8, QdqGraph, uint8, type Grid } from '../../support/qdq-graph.js';

const grid = uint8(0.5, 3);
const image = tensor('uint8', [1, 2, 2, 2], Uint8Array.of(1, 20, 3, 4, 50, 6, 7, 8));

/** What an operator of one image makes, and which operators do it. */
function moved(
  op: string,
  operands: (g: QdqGraph) => readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  to: Grid = grid,
  semantics = 'onnxruntime',
) {
  const g = new QdqGraph();
  const real = g.node(op, [g.input('x', image.shape, grid), ...operands(g)], attributes);
  const { graph, codes } = runImportedOnnx(g.parts(g.q(real, to)), [image], semantics);
  return {
    ops: graph.nodes.map((node) => (node.op === 'float' ? `host ${node.operator.op}` : node.op)),
    codes: codes[0],
  };
}

const none = (): readonly string[] => [];
const ints =
  (...values: number[]) =>
  (g: QdqGraph): readonly string[] => [g.initializer('ints', int64s(values))];

describe.each(['onnxruntime', 'tflite-reference', 'tflite-xnnpack'])(
  'under %s codes are moved as they are by',
  (semantics) => {
    it.each([
      { op: 'MaxPool', operands: none, attributes: { kernel_shape: [2n, 2n] }, want: [20, 50] },
      { op: 'Reshape', operands: ints(4, 2), want: [1, 20, 3, 4, 50, 6, 7, 8] },
      {
        op: 'Transpose',
        operands: none,
        attributes: { perm: [0n, 1n, 3n, 2n] },
        want: [1, 3, 20, 4, 50, 7, 6, 8],
      },
      {
        op: 'Slice',
        operands: (g: QdqGraph) => [...ints(1)(g), ...ints(2)(g), ...ints(3)(g)],
        want: [20, 4, 6, 8],
      },
      {
        op: 'Gather',
        operands: ints(1, 0, 1),
        attributes: { axis: 1n },
        want: [50, 6, 7, 8, 1, 20, 3, 4, 50, 6, 7, 8],
      },
    ])('$op', ({ op, operands, attributes, want }) => {
      const { ops, codes } = moved(op, operands, attributes ?? {}, grid, semantics);
      expect(ops.filter((name) => name.startsWith('host'))).toEqual([]);
      expect(codes).toEqual(want);
    });

    it('MaxPool onto another grid is a maximum of codes, then a table or a rescaling', () => {
      const { ops, codes } = moved('MaxPool', none, { kernel_shape: [2n, 2n] }, uint8(0.25, 0), semantics);
      expect(ops[0]).toBe('maxPool');
      expect(ops).toHaveLength(2);
      expect(codes).toEqual([34, 94]);
    });

    it('MaxPool and Relu, which is a table behind it', () => {
      const g = new QdqGraph();
      const x = g.input('x', image.shape, uint8(0.5, 30));
      const real = g.node('Relu', [g.node('MaxPool', [x], { kernel_shape: [2n, 2n] })]);
      const { graph, codes } = runImportedOnnx(g.parts(g.q(real, uint8(0.5, 30))), [image], semantics);
      expect(graph.nodes.map(({ op }) => op)).toEqual(['maxPool', 'lut']);
      expect(codes).toEqual([[30, 50]]);
    });
  },
);

const padded = (value: number) =>
  moved('Pad', (g) => [g.initializer('pads', int64s([0, 0, 0, 0, 0, 0, 0, 1])), g.floats([], [value])]);

describe('Pad', () => {
  it('with a value on the grid writes its code', () => {
    expect(padded(2)).toEqual({ ops: ['pad'], codes: [1, 20, 7, 3, 4, 7, 50, 6, 7, 7, 8, 7] });
    expect(padded(0).codes).toEqual([1, 20, 3, 3, 4, 3, 50, 6, 3, 7, 8, 3]);
  });

  it.each([
    { why: 'between two codes', value: 1.9, code: 7 },
    { why: 'beyond all codes', value: 1000, code: 255 },
  ])('with a value $why is left to the host', ({ value, code }) => {
    const { ops, codes } = padded(value);
    expect(ops).toEqual(['host dequantizeLinear', 'host pad', 'host quantizeLinear']);
    expect(codes).toEqual([1, 20, code, 3, 4, code, 50, 6, code, 7, 8, code]);
  });

  it('that repeats the border needs no value', () => {
    const { ops, codes } = moved('Pad', ints(0, 0, 0, 0, 0, 0, 0, 1), { mode: 'edge' });
    expect(ops).toEqual(['pad']);
    expect(codes).toEqual([1, 20, 20, 3, 4, 4, 50, 6, 6, 7, 8, 8]);
  });
});

const codesOf = (...values: number[]): Tensor => tensor('uint8', [values.length], Uint8Array.from(values));

/** Codes 3 and 8 beside another part. */
const built = (part: (g: QdqGraph) => string) => {
  const g = new QdqGraph();
  const real = g.node('Concat', [g.input('a', [2], grid), part(g)], { axis: 0n });
  const run = runImportedOnnx(g.parts(g.q(real, grid)), [codesOf(3, 8)]);
  return [run.graph.nodes.map(({ op }) => op).join(), ...run.codes[0]!];
};

const other = uint8(1, 10);
function joined(b: Grid, to: Grid, semantics = 'onnxruntime', activation: string | null = null) {
  const g = new QdqGraph();
  let real = g.node('Concat', [g.input('a', [2], grid), g.input('b', [3], b)], { axis: 0n });
  if (activation !== null) real = g.node(activation, [real]);
  const run = runImportedOnnx(g.parts(g.q(real, to)), [codesOf(3, 8), codesOf(10, 11, 200)], semantics);
  return [run.graph.nodes.map(({ op }) => op).join(), ...run.codes[0]!];
}

describe('Concat', () => {
  it.each(['onnxruntime', 'tflite-reference', 'tflite-xnnpack', 'cmsis-nn-double'])(
    'of one grid copies codes under %s',
    (semantics) => {
      expect(joined(grid, grid, semantics)).toEqual(['concat', 3, 8, 10, 11, 200]);
    },
  );

  it.each(['onnxruntime', 'tflite-reference', 'tflite-xnnpack', 'cmsis-nn-double'])(
    'of two grids brings each onto the result’s under %s',
    (semantics) => {
      // Reals 0, 2.5 and 0, 1, 190 in steps of 0.5 from 3.
      expect(joined(other, grid, semantics)).toEqual(['lut,concat', 3, 8, 3, 5, 255]);
      // In steps of 0.25 from 0.
      expect(joined(other, uint8(0.25, 0), semantics)).toEqual(['lut,lut,concat', 0, 10, 0, 4, 255]);
    },
  );

  it('of two grids before an activation is left to the host', () => {
    expect(joined(other, grid, 'onnxruntime', 'Relu')).toEqual([
      'float,float,float,float,float',
      3,
      8,
      3,
      5,
      255,
    ]);
  });

  it('with dequantized constants keeps them as codes, and with real ones is left to the host', () => {
    const constant = { type: 'uint8', shape: [2], data: [0, 6], scales: [1], zeroPoint: 0 } as const;
    expect(built((g) => g.constant(constant))).toEqual(['lut,concat', 3, 8, 3, 15]);
    expect(built((g) => g.floats([2], [0, 6]))).toEqual(['float,float,float', 3, 8, 3, 15]);
  });
});

describe('Resize', () => {
  it('of ONNX is left to the host', () => {
    const { ops, codes } = moved('Resize', (g) => ['', g.floats([4], [1, 1, 1, 2])], { mode: 'nearest' });
    expect(ops).toContain('host resize');
    expect(codes).toEqual([1, 1, 20, 20, 3, 3, 4, 4, 50, 50, 6, 6, 7, 7, 8, 8]);
  });
});

it('codes of a QOperator model are moved without a grid', () => {
  const g = new QdqGraph();
  const x = g.codes('x', [1, 1, 2, 2], int8(1));
  const pooled = g.node('MaxPool', [x], { kernel_shape: [1n, 2n] });
  const y = g.node('Flatten', [pooled]);
  const fed = [tensor('int8', [1, 1, 2, 2], Int8Array.of(1, -2, 3, 4))];
  const { codes } = runImportedOnnx({ ...g.parts(g.dq(y, int8(0.5, 1))) }, fed);
  expect(codes).toEqual([[1, 4]]);
});
